/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that hold floating point numbers, as values.c has it, of the user program
 * alone.  What a long holds of one are the bits of the nearest binary64.
 */
#include "floats.h"

/* An instruction of its own line, which what is known of X is known at. */
#ifdef __SSE2__
#define KNOWN(x) __asm__ volatile("nop" : : "x"(x) : "memory")
#else
#define KNOWN(x) __asm__ volatile("nop" : : "f"(x) : "memory")
#endif
#define HERE() __asm__ volatile("nop" : : : "memory")

static volatile double sink;
static volatile long double sink_wide;
static void *volatile sink_pointer;

/* Nobody can know it. */
static __attribute__((noinline)) double opaque(double value)
{
	static volatile double kept;

	kept = value;
	return kept;
}

/* ---- parameters and results ------------------------------------------- */

/*
 * entry: fp_to_string($a, 4) = 1.2500
 * entry: $a = 4608308318706860032
 * entry: fp_to_string($b, 4) = -2.5000
 * entry: $c = 3
 * entry: fp_to_string($d, 20) = 0.10000000149011611938
 * entry: fp_to_string($e, 20) = 0.10000000000000000555
 * entry: $a$ = ?
 * entry: $$parms = a=? b=? c=0x3 d=? e=?
 * return: fp_to_string($return, 4) = 2.2500
 * return: fp_to_string($a, 4) = 1.2500
 * return: fp_to_string($e, 4) = 0.1000
 * return: fp_to_string(@entry($b), 4) = -2.5000
 * return: $c = 3
 */
TRUTH float fp_numbers(float a, double b, s32 c, float d, double e)
{
	sink = a + b + c + d + e;
	return (float)opaque(a + 1.0);
}

/*
 * entry: fp_to_string($x, 4) = 7.5000
 * return: fp_to_string($return, 4) = -7.5000
 * return: fp_to_string($x, 4) = 7.5000
 */
TRUTH double fp_result(double x)
{
	sink = x;
	return opaque(-x);
}

/*
 * entry: fp_to_string($a, 4) = 1.1000
 * entry: $b = 2
 * entry: fp_to_string($c, 6) = -1099511627776.500000
 * entry: fp_to_string($d, 4) = 4.5000
 * return: fp_to_string($return, 4) = 2.1000
 * return: fp_to_string($a, 4) = 1.1000
 * return: fp_to_string(@entry($c), 1) = -1099511627776.5
 */
TRUTH long double fp_extended(long double a, s32 b, long double c, double d)
{
	sink_wide = a + b + c + d;
	return a + opaque(1);
}

/*
 * entry: fp_to_string($a, 1) = 1.0
 * entry: fp_to_string($b, 1) = 2.5
 * entry: fp_to_string($h, 1) = 8.0
 * entry: fp_to_string($i, 1) = 9.5
 * entry: $j = 10
 * entry: fp_to_string($k, 1) = 11.5
 * entry: fp_to_string($l, 1) = 12.5
 * entry: fp_to_string($m, 1) = 13.5
 * return: fp_to_string($return, 1) = 22.0
 * return: fp_to_string($i, 1) = 9.5
 * return: fp_to_string($l, 1) = 12.5
 */
TRUTH double fp_many(double a, float b, double c, double d, double e, double f,
		     double g, double h, float i, s32 j, double k,
		     long double l, float m)
{
	sink = a + b + c + d + e + f + g + h + i + j + k + (double)l + m;
	return opaque(i + (double)l);
}

/* ---- structures by value ---------------------------------------------- */

/*
 * entry: fp_to_string($one->x, 2) = 1.50
 * entry: fp_to_string($two->x, 2) = 2.25
 * entry: fp_to_string($two->y, 2) = 3.25
 * entry: fp_to_string($three->x, 2) = 4.50
 * entry: fp_to_string($three->y, 2) = 5.50
 * entry: fp_to_string($three->z, 2) = 6.50
 * entry: $mixed->whole = -7
 * entry: fp_to_string($mixed->part, 2) = 8.75
 * entry: $one$ = {.x=?}
 * entry: $mixed$ = {.whole=-7, .part=?}
 * return: fp_to_string($two->y, 2) = 3.25
 * return: fp_to_string($mixed->part, 2) = 8.75
 */
TRUTH s32 fp_structures(struct fp_single one, struct fp_doubles two,
			struct fp_singles three, struct fp_mixed mixed)
{
	sink = one.x + two.x + two.y + three.x + three.y + three.z +
	       (double)mixed.whole + mixed.part;
	return (s32)opaque(1);
}

/*
 * entry: fp_to_string($p->part, 2) = 1.75
 * entry: $p->whole = -9
 * entry: fp_to_string($p->rest, 2) = 2.50
 * entry: fp_to_string($wide->x, 2) = 3.75
 * entry: $either->bits = 4607182418800017408
 * entry: fp_to_string($either->part, 2) = 1.00
 * entry: fp_to_string($nested->in->x[0], 2) = 1.25
 * entry: fp_to_string($nested->in->x[1], 2) = 2.25
 * entry: $nested->number = 77
 */
TRUTH s32 fp_more_structures(struct fp_reversed p, struct fp_extended wide,
			     union fp_either either, struct fp_nested nested)
{
	sink = p.part + p.whole + p.rest + (double)wide.x + either.part +
	       nested.in.x[0] + nested.in.x[1] + nested.number;
	return (s32)opaque(1);
}

/*
 * return: fp_to_string($return->x, 2) = 2.50
 * return: fp_to_string($x, 2) = 1.50
 */
TRUTH struct fp_single fp_return_single(float x)
{
	return (struct fp_single){ (float)opaque(x + 1) };
}

/*
 * return: fp_to_string($return->x, 2) = 2.50
 * return: fp_to_string($return->y, 2) = -1.50
 */
TRUTH struct fp_doubles fp_return_doubles(double x)
{
	return (struct fp_doubles){ opaque(x + 1), -x };
}

/*
 * return: fp_to_string($return->x, 2) = 2.50
 * return: fp_to_string($return->y, 2) = -1.50
 * return: fp_to_string($return->z, 2) = 4.50
 */
TRUTH struct fp_singles fp_return_singles(float x)
{
	return (struct fp_singles){ (float)opaque(x + 1), -x, x * 3 };
}

/*
 * return: $return->whole = 2
 * return: fp_to_string($return->part, 2) = 1.50
 */
TRUTH struct fp_mixed fp_return_mixed(double x)
{
	return (struct fp_mixed){ (s64)opaque(x + 1), x };
}

/*
 * return: fp_to_string($return->part, 2) = 1.50
 * return: $return->whole = 3
 * return: fp_to_string($return->rest, 2) = -1.50
 */
TRUTH struct fp_reversed fp_return_reversed(double x)
{
	return (struct fp_reversed){ x, (s32)opaque(x * 2), (float)-x };
}

/*
 * return: fp_to_string($return->x, 2) = 2.50
 */
TRUTH struct fp_extended fp_return_extended(double x)
{
	return (struct fp_extended){ opaque(x) + 1.0L };
}

/* ---- memory ----------------------------------------------------------- */

float fp_global = 0.375F;
static double fp_static = -1.0 / 3;
static long double fp_wide = 2.0L / 3;
static const double fp_constant = 6.25;
static double fp_specials[] = {
	1.0 / 0.0,
	-1.0 / 0.0,
	-0.0,
	4.9406564584124654e-324,
	1.7976931348623157e308,
};
static struct fp_item fp_items[2] = {
	{ .single = 1.5F, .number = 2.5, .wide = 3.5L, .list = { 4.5F, 5.5F } },
	{ .single = -1.5F,
	  .number = -2.5,
	  .wide = -3.5L,
	  .list = { 6.5F, 7.5F } },
};

/*
 * entry: fp_to_string(@var("fp_global"), 3) = 0.375
 * entry: fp_to_string(@var("fp_static"), 6) = -0.333333
 * entry: fp_to_string(@var("fp_wide"), 6) = 0.666667
 * entry: fp_to_string(@var("fp_constant"), 2) = 6.25
 * entry: fp_to_string(@var("fp_items")[1]->number, 2) = -2.50
 * entry: fp_to_string($item->single, 2) = 1.50
 * entry: fp_to_string($item->number, 2) = 2.50
 * entry: fp_to_string($item->wide, 2) = 3.50
 * entry: fp_to_string($item->list[1], 2) = 5.50
 * entry: fp_to_string($item->list[$index], 2) = 5.50
 * entry: fp_to_string($item[$index]->wide, 2) = -3.50
 * entry: fp_to_string(@cast(&$item->number, "double")[0], 2) = 2.50
 * entry: fp_to_string(@cast($item, "struct fp_item")->list[0], 2) = 4.50
 * entry: fp_to_string($specials[0], 2) = inf
 * entry: fp_to_string($specials[1], 2) = -inf
 * entry: $specials[2] = -9223372036854775808
 * entry: $specials[3] = 1
 * entry: substr(fp_to_string($specials[4], 0), 0, 20) = 17976931348623157081
 * entry: strlen(fp_to_string($specials[4], 0)) > 250 = 1
 * entry: fp_to_string($wide_at[0], 6) = 0.666667
 * return: fp_to_string($item->number, 2) = 2.50
 * return: fp_to_string(@entry($item->wide), 2) = 3.50
 */
TRUTH s32 fp_memory(struct fp_item *item, s32 index, double *specials,
		    const long double *wide_at)
{
	sink = item[index].number + specials[index] + fp_static + fp_constant;
	sink_wide = fp_wide + *wide_at;
	sink_pointer = &fp_static;
	return (s32)opaque(1);
}

/* ---- variables -------------------------------------------------------- */

/*
 * middle: fp_to_string($start, 2) = 1.25
 * middle: fp_to_string($twice, 2) = 2.50
 * middle: fp_to_string($half, 3) = 0.625
 * middle: fp_to_string($constant, 20) = 0.10000000000000000555
 * middle: fp_to_string($small, 20) = 0.10000000149011611938
 * middle: fp_to_string($kept, 2) = 2.25
 * middle: fp_to_string($list[0], 2) = 1.25
 * middle: fp_to_string($list[1], 2) = 4.25
 * middle: fp_to_string($wide, 2) = 4.25
 * middle: fp_to_string($negative, 2) = -1.25
 */
TRUTH double fp_locals(double start)
{
	const double constant = 0.1;
	const float small = 0.1F;
	volatile double kept = start + 1;
	double twice = start * 2;
	float half = (float)start / 2;
	double negative = -start;
	double list[2] = { start, start + 3 };
	long double wide = start + 3.0L;

	sink_pointer = list;
	sink_pointer = &wide;
	KNOWN(twice); /* mark: middle */
	KNOWN(half);
	KNOWN(negative);
	sink = constant + kept + list[1] + (double)wide;
	sink = small;
	return opaque(twice + half + negative + start);
}

/*
 * middle: fp_to_string($pair->x, 2) = 1.25
 * middle: fp_to_string($pair->y, 2) = 2.50
 * middle: fp_to_string($mixed->part, 2) = 2.25
 * middle: $mixed->whole = 1
 * middle: fp_to_string($fixed->x, 2) = 7.50
 * middle: fp_to_string($fixed->y, 2) = -7.50
 * middle: fp_to_string($wide, 2) = 0.75
 */
TRUTH double fp_pieces(double x)
{
	struct fp_doubles pair = { x, x * 2 };
	struct fp_mixed mixed = { (s64)x, x + 1 };
	const struct fp_doubles fixed = { 7.5, -7.5 };
	const long double wide = 0.75L;

	KNOWN(pair.x); /* mark: middle */
	KNOWN(pair.y);
	KNOWN(mixed.part);
	sink = fixed.x + fixed.y + (double)wide;
	return pair.x + pair.y + mixed.part + (double)mixed.whole;
}

/*
 * entry: fp_to_string($value, 2) = 1.50
 * middle: fp_to_string($value, 2) = 2.75
 * later: fp_to_string($value, 2) = 5.50
 * return: fp_to_string($value, 2) = 1.50
 * return: fp_to_string($return, 2) = 11.00
 */
TRUTH double fp_changes(double value)
{
	value += opaque(1.25);
	KNOWN(value); /* mark: middle */
	value *= 2;
	KNOWN(value); /* mark: later */
	return value * 2;
}

/*
 * turn: fp_to_string($sum, 2) = 0.50 | 1.25 | 2.25 | 3.50
 * turn: fp_to_string($step, 2) = 0.50 | 0.75 | 1.00 | 1.25
 */
TRUTH double fp_loop(s32 count)
{
	double sum = 0;
	float step = 0.5F;

	for (s32 i = 0; i < count; i++) {
		sum += step;
		KNOWN(sum); /* mark: turn */
		KNOWN(step);
		step += 0.25F;
	}
	return sum;
}

/*
 * inline: fp_to_string($inner, 2) = 2.50 | 3.50
 * within: fp_to_string($inner, 2) = 2.50 | 3.50
 * within: fp_to_string($local, 2) = 5.00 | 7.00
 */
INLINED double fp_inner(double inner)
{
	double local = inner * 2;

	KNOWN(local); /* mark: within */
	KNOWN(inner);
	return local;
}

/*
 * entry: fp_to_string($outer, 2) = 1.50
 * between: fp_to_string($first, 2) = 5.00
 * between: fp_to_string($outer, 2) = 1.50
 */
TRUTH double fp_outer(double outer)
{
	double first = fp_inner(outer + 1), second;

	KNOWN(first); /* mark: between */
	second = fp_inner(outer + 2);
	return first + second + outer;
}

/* Calls keep no floating point register: what is needed later is on the stack.
 *
 * behind: fp_to_string($x, 2) = 3.25
 * behind: fp_to_string($y, 2) = 6.50
 */
TRUTH double fp_over_calls(double x, float y)
{
	sink = opaque(x + y);
	HERE(); /* mark: behind */
	KNOWN(x);
	KNOWN(y);
	return x - y;
}

/*
 * entry: fp_to_string($depth, 1) = 2.0 | 1.0 | 0.0
 * return: fp_to_string($depth, 1) = 0.0 | 1.0 | 2.0
 * return: fp_to_string($return, 1) = 0.5 | 1.5 | 3.5
 */
TRUTH double fp_recurse(double depth)
{
	double below;

	sink = depth;
	if (depth <= 0)
		return 0.5;
	below = fp_recurse(depth - 1);
	KNOWN(below);
	return below + depth;
}

/* ---- all of it -------------------------------------------------------- */

void truth_floats(void)
{
	struct fp_single one = { 1.5F };
	struct fp_doubles two = { 2.25, 3.25 };
	struct fp_singles three = { 4.5F, 5.5F, 6.5F };
	struct fp_mixed mixed = { -7, 8.75 };

	fp_numbers(1.25F, -2.5, 3, 0.1F, 0.1);
	fp_result(7.5);
	fp_extended(1.1L, 2, -1099511627776.5L, 4.5);
	fp_many(1, 2.5F, 3, 4, 5, 6, 7, 8, 9.5F, 10, 11.5, 12.5L, 13.5F);
	fp_structures(one, two, three, mixed);
	fp_more_structures((struct fp_reversed){ 1.75, -9, 2.5F },
			   (struct fp_extended){ 3.75L },
			   (union fp_either){ 1.0 },
			   (struct fp_nested){ { { 1.25F, 2.25F } }, 77 });
	fp_return_single(1.5F);
	fp_return_doubles(1.5);
	fp_return_singles(1.5F);
	fp_return_mixed(1.5);
	fp_return_reversed(1.5);
	fp_return_extended(1.5);
	fp_memory(fp_items, 1, fp_specials, &fp_wide);
	fp_locals(1.25);
	fp_pieces(1.25);
	fp_changes(1.5);
	fp_loop(4);
	fp_outer(1.5);
	fp_over_calls(3.25, 6.5F);
	fp_recurse(2);
}
