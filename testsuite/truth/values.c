/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that hold known values.  truth.tcl compiles this file at every level
 * of optimisation and makes a script of what the comments say that a probe must
 * print:
 *
 *   entry: TERM = TEXT     at the entry of the function that follows, called
 *   inline: TERM = TEXT    at the first instruction of its inlined copies
 *   return: TERM = TEXT    when it returns
 *   WORD: TERM = TEXT      at the line of its body that is marked WORD
 *
 * A line that is moved in goes on with the text before it.
 *
 * Several hits give their texts with " | " between them.
 */
#include "values.h"

/* An instruction of its own line, which what is known of X is known at. */
#define KNOWN(x) __asm__ volatile("nop" : : "g"(x) : "memory")
#define HERE() __asm__ volatile("nop" : : : "memory")

/* Nothing stays in a register that a call may change. */
#ifdef __x86_64__
#define FORGET()                                                            \
	__asm__ volatile("nop"                                              \
			 :                                                  \
			 :                                                  \
			 : "ax", "cx", "dx", "si", "di", "r8", "r9", "r10", \
			   "r11", "memory")
#else
#define FORGET() __asm__ volatile("nop" : : : "ax", "cx", "dx", "memory")
#endif

volatile s32 tr_sink;
static void *volatile tr_sink_pointer;

/* ---- parameters of every width ---------------------------------------- */

/*
 * entry: $a = -5
 * entry: $b = 250
 * entry: $c = -30000
 * entry: $d = 65535
 * entry: $e = -2000000000
 * entry: $f = 4000000000
 * entry: $a$ = '\373'
 * entry: $c$ = -30000
 * entry: $f$ = 4000000000
 * entry: $$parms = a=0xfffffffffffffffb b=0xfa c=0xffffffffffff8ad0 d=0xffff
 *    e=0xffffffff88ca6c00 f=0xee6b2800
 * entry: $$vars = a=0xfffffffffffffffb b=0xfa c=0xffffffffffff8ad0 d=0xffff
 *    e=0xffffffff88ca6c00 f=0xee6b2800
 * return: $return = -7
 * return: $a = -5
 * return: $f = 4000000000
 * return: @entry($c) = -30000
 * return: $$return = return=0xfffffffffffffff9
 */
TRUTH s8 tr_ints(s8 a, u8 b, s16 c, u16 d, s32 e, u32 f)
{
	tr_sink = a + b + c + d + e + (s32)f;
	return (s8)truth_opaque(-7);
}

/*
 * entry: $a = -9000000000000000001
 * entry: $b = -9223372036854775807
 * entry: $c = 1
 * entry: $d = 65
 * entry: $e = -3
 * entry: $f = 200
 * entry: @enum("TR_MOST") = 200
 * entry: @enum("PIDTYPE_SID") = 3
 * entry: $a$ = -9000000000000000001
 * entry: $b$ = 9223372036854775809
 * entry: $c$ = 1
 * entry: $d$ = 'A'
 * return: $return = -9223372036854775806
 * return: $return$ = 9223372036854775810
 * return: $a = -9000000000000000001
 * return: $f = 200
 */
TRUTH u64 tr_wide(s64 a, u64 b, truth c, char d, enum tr_colour e,
		  enum tr_small f)
{
	tr_sink = (s32)a + (s32)b + c + d + (s32)e + (s32)f;
	return 0x8000000000000002ULL + (u64)truth_opaque(0);
}

/* More than there are registers, of widths that must be extended.
 *
 * entry: $a = 1
 * entry: $f = 6
 * entry: $g = -7
 * entry: $h = 60000
 * entry: $i = -8000000000
 * entry: $j = 255
 * entry: $k = 1
 * entry: $l = -3
 * entry: $$parms = a=0x1 b=0x2 c=0x3 d=0x4 e=0x5 f=0x6 g=0xfffffffffffffff9 h=0xea60
 *    i=0xfffffffe2329b000 j=0xff k=0x1 l=0xfffffffffffffffd
 * return: $return = -31000
 * return: $a = 1
 * return: $g = -7
 * return: $i = -8000000000
 * return: $l = -3
 */
TRUTH s16 tr_many(s32 a, s32 b, s32 c, s32 d, s32 e, s32 f, s8 g, u16 h, s64 i,
		  u8 j, truth k, enum tr_colour l)
{
	tr_sink = a + b + c + d + e + f + g + h + (s32)i + j + k + (s32)l;
	return (s16)truth_opaque(-31000);
}

/*
 * entry: $used = 1
 * entry: $unused = 2
 * return: $unused = 2
 * return: $return = 1
 */
TRUTH truth tr_unused(s32 used, s32 unused)
{
	(void)unused;
	return truth_opaque(used) == 1;
}

/*
 * return: $return = -3
 * return: $$return = return=0xfffffffffffffffd
 * return: $$parms =
 */
TRUTH enum tr_colour tr_no_parameter(void)
{
	return (enum tr_colour)truth_opaque(TR_RED);
}

/*
 * entry: $a = 9
 * return: $$return =
 * return: $a = 9
 */
TRUTH void tr_nothing(s32 a)
{
	tr_sink = a;
}

/* ---- pointers --------------------------------------------------------- */

static s32 tr_numbers[4] = { 41, -42, 43, -44 };
static char *tr_words[] = { "one", "two words", "3\t\"" };
static s32 *tr_number_at = &tr_numbers[1];

TRUTH s32 tr_callback(s32 x)
{
	return x + 1;
}

/*
 * entry: $number[0] = 41
 * entry: $number[3] = -44
 * entry: $to_number[0][0] = -42
 * entry: kernel_string($words[1]) = two words
 * entry: $words[2]$ = "3\t\""
 * entry: symname($callback) = tr_callback
 * entry: $any = 4660
 * entry: $none = 0
 * entry: $any$ = 0x1234
 * entry: $none$ = 0x0
 * entry: $none_text$ = "<unreadable>"
 * return: $any = 4660
 * return: $return = 0
 */
TRUTH void *tr_pointers(s32 *number, s32 **to_number, char **words,
			tr_callback_t callback, void *any, const u16 *none,
			const char *none_text)
{
	tr_sink = number[0] + **to_number + words[0][0] + callback(1) +
		  !none_text;
	tr_sink_pointer = any;
	return (void *)none;
}

/*
 * entry: kernel_string($text) = known text
 * entry: kernel_string_n($text, 5) = known
 * entry: kernel_string($bytes) = bytes
 * entry: $text$ = "known text"
 * entry: $empty$ = ""
 * entry: $bytes$ = "bytes"
 * entry: $text[3] = 119
 * entry: $bytes[1] = 121
 * return: kernel_string($return) = text
 * return: kernel_string(@entry($text)) = known text
 */
TRUTH const char *tr_strings(const char *text, const char *empty,
			     const u8 *bytes)
{
	tr_sink = text[0] + empty[0] + bytes[0];
	return text + truth_opaque(6);
}

/* ---- structures by pointer -------------------------------------------- */

static struct tr_pair tr_pairs[4] = {
	{ 1, -2 }, { 3, -4 }, { 5, -6 }, { 7, -8 }
};

static struct tr_item tr_second = {
	.name = "second",
	.number = 99,
	.pairs = { { 31, 32 }, { 33, 34 }, { 35, 36 } },
	.text = "seven77",
	.callback = tr_callback,
};

static struct tr_item tr_first = {
	.name = "first",
	.next = &tr_second,
	.half = { -2, 5 },
	.at = { 11, -12 },
	.bits = { .low = 5,
		  .sign = -9,
		  .high = 0xabcde,
		  .wide = 0x1f23456789ULL,
		  .flag = 1,
		  .swide = -400000 },
	.packed = { .first = 0xff,
		    .across = 0x1abc,
		    .after = -33,
		    .rest = 0xfed },
	.either = { .bits = { .low = 9, .middle = -200, .top = 0x7abcd } },
	.colour = TR_RED,
	.small = TR_MOST,
	.grid = { { 1, 2, 3, 4 }, { -5, -6, -7, -8 }, { 9, 10, 11, 127 } },
	.pairs = { { 21, -22 }, { 23, -24 }, { 25, -26 } },
	.where = tr_pairs,
	.callback = tr_callback,
	.text = "inline",
	.count = 40000,
	.tail = { 4000000001U, 4000000002U },
};

/*
 * entry: $item->bits->low = 5
 * entry: $item->bits->sign = -9
 * entry: $item->bits->high = 703710
 * entry: $item->bits->wide = 133735737225
 * entry: $item->bits->flag = 1
 * entry: $item->bits->swide = -400000
 * entry: $item->packed->first = 255
 * entry: $item->packed->across = 6844
 * entry: $item->packed->after = -33
 * entry: $item->packed->rest = 4077
 * entry: $item->either->bits->low = 9
 * entry: $item->either->bits->middle = -200
 * entry: $item->either->bits->top = 502733
 * entry: $item->either->word = 4118393737
 * entry: $item->either->bytes[0] = 137
 * entry: $item->either->bytes[3] = 245
 * entry: $item->bits$ = {.low=5, .sign=-9, .high=703710, .wide=133735737225, .flag=1,
 *    .swide=-400000}
 * entry: $item->packed$ = {.first='\377', .across=6844, .after=-33, .rest=4077}
 * entry: $item->either$$ = {.word=4118393737, .bits={.low=9, .middle=-200, .top=502733},
 *    .bytes="\211\263y\365"}
 * return: @entry($item->packed->after) = -33
 * return: $item->bits->sign = -9
 */
TRUTH s32 tr_bits(struct tr_item *item)
{
	tr_sink = (s32)item->bits.wide + item->packed.after +
		  item->either.bits.middle;
	return truth_opaque(1);
}

/*
 * entry: $item->number = 393214
 * entry: $item->half[0] = -2
 * entry: $item->half[1] = 5
 * entry: $item->at->x = 11
 * entry: $item->at->y = -12
 * entry: $item->colour = -3
 * entry: $item->small = 200
 * entry: $item->grid[0][0] = 1
 * entry: $item->grid[1][3] = -8
 * entry: $item->grid[2][$index] = 127
 * entry: $item->grid[$index - 2][$index] = -8
 * entry: $item->pairs[2]->x = 25
 * entry: $item->pairs[$index - 1]->y = -26
 * entry: $item->where[$index]->x = 7
 * entry: $item->where[-1 + $index]->y = -6
 * entry: $item->count = 40000
 * entry: $item->tail[0] = 4000000001
 * entry: $item->tail[$index - 2] = 4000000002
 * entry: $item->text$ = "inline"
 * entry: kernel_string(&$item->text) = inline
 * entry: $item->text[1] = 110
 * entry: kernel_string($item->name) = first
 * entry: $item->name$ = "first"
 * entry: kernel_string($item->next->name) = second
 * entry: $item->next->number = 99
 * entry: $item->next->pairs[1]->x = 33
 * entry: $item->next->next = 0
 * entry: symname($item->callback) = tr_callback
 * entry: symname($item->next->callback) = tr_callback
 * entry: $item->at$ = {.x=11, .y=-12}
 * entry: $item->pairs$ = [{...}, {...}, {...}]
 * entry: $item->pairs$$ = [{.x=21, .y=-22}, {.x=23, .y=-24}, {.x=25, .y=-26}]
 * entry: $item->grid[1]$ = "\373\372\371\370"
 * entry: &$item->pairs[2]->y - &$item->pairs = 20
 * entry: @cast($item, "tr_item")->at->y = -12
 * entry: @cast(&$item->where[1], "struct tr_pair")[2]->x = 7
 * return: $item->next->pairs[2]->y = 36
 * return: $return->at->x = 11
 * return: $return->at$ = {.x=11, .y=-12}
 */
TRUTH struct tr_item *tr_nested(struct tr_item *item, u32 index)
{
	tr_sink = item->grid[2][index];
	return item;
}

/* ---- structures by value ---------------------------------------------- */

/*
 * entry: $pair->x = 21
 * entry: $pair->y = -22
 * entry: $two->first = -5000000000
 * entry: $two->second = 6000000000
 * entry: $big->a = 1
 * entry: $big->b = -2
 * entry: $big->c = 3000000000
 * entry: $last = -4
 * entry: $pair$ = {.x=21, .y=-22}
 * entry: $two$ = {.first=-5000000000, .second=6000000000}
 * entry: $big$ = {.a=1, .b=-2, .c=3000000000}
 * return: $two->second = 6000000000
 * return: $big->c = 3000000000
 * return: $pair$ = {.x=21, .y=-22}
 */
TRUTH s32 tr_by_value(struct tr_pair pair, struct tr_two two, struct tr_big big,
		      s32 last)
{
	tr_sink = pair.x + (s32)two.second + (s32)big.b + last;
	return truth_opaque(1);
}

/* One register is left, and the structure needs two.
 *
 * entry: $e = 5
 * entry: $two->first = 77
 * entry: $two->second = -78
 * entry: $f = 6
 * entry: $mixed->whole = -100
 * entry: $mixed->third[1] = -4
 * entry: $mixed->last = 250
 * entry: $mixed->third$ = [3, -4]
 */
TRUTH s32 tr_split(s32 a, s32 b, s32 c, s32 d, s32 e, struct tr_two two, s32 f,
		   struct tr_mixed mixed)
{
	tr_sink = a + b + c + d + e + (s32)two.first + f + mixed.whole;
	return truth_opaque(1);
}

/*
 * entry: $mixed->whole = -100
 * entry: $mixed->third[0] = 3
 * entry: $mixed->last = 250
 * entry: $either->bits->middle = -200
 * entry: $either->bits->top = 502733
 * entry: $across->after = -33
 * entry: $across->across = 6844
 */
TRUTH s32 tr_by_value_bits(struct tr_mixed mixed, union tr_either either,
			   struct tr_across across)
{
	tr_sink = mixed.whole + either.bits.middle + across.after;
	return truth_opaque(1);
}

/*
 * return: $return->x = 9
 * return: $return->y = -9
 * return: $return$ = {.x=9, .y=-9}
 * return: $x = 9
 */
TRUTH struct tr_pair tr_return_pair(s32 x)
{
	struct tr_pair pair = { x, -x };

	return pair;
}

/*
 * return: $return->first = -5000000000
 * return: $return->second = 6000000000
 * return: $return$ = {.first=-5000000000, .second=6000000000}
 */
TRUTH struct tr_two tr_return_two(s32 x)
{
	struct tr_two two = { -5000000000LL * x, 6000000000LL * x };

	return two;
}

/*
 * entry: $x = 2
 * return: $return->whole = 2
 * return: $return->third[1] = -4
 * return: $return->last = 253
 */
TRUTH struct tr_mixed tr_return_mixed(s32 x)
{
	struct tr_mixed mixed = { x, { 3, -4 }, (u8)(x + 251) };

	return mixed;
}

/*
 * entry: $x = 70
 * entry: $y = -71
 * return: $return->a = 70
 * return: $return->b = -71
 * return: $return->c = 3000000000
 * return: $y = -71
 */
TRUTH struct tr_big tr_return_big(s32 x, s32 y)
{
	struct tr_big big = { x, y, 3000000000LL };

	return big;
}

#ifdef __SIZEOF_INT128__
/* More bits than a script's numbers have: its low half would be no truth.
 *
 * entry: $wide = 18446744073709551621
 * entry: $after = 17
 */
TRUTH s32 tr_int128(__int128 wide, s32 after)
{
	tr_sink = (s32)wide + (s32)(wide >> 64) + after;
	return truth_opaque(1);
}
#endif

/* ---- variables -------------------------------------------------------- */

/* Kept in registers and on the stack, and constants.
 *
 * middle: $start = 10
 * middle: $twice = 20
 * middle: $constant = 5
 * middle: $negative = -6
 * middle: $kept = 30
 * middle: $list[0] = 10
 * middle: $list[2] = 12
 * middle: $list$ = [10, 11, 12]
 * middle: $pair->x = 10
 * middle: $pair->y = -10
 * middle: $pair$ = {.x=10, .y=-10}
 * middle: $$parms = start=0xa
 * middle: $small = -100
 * middle: $large = 40000000000
 */
TRUTH s32 tr_locals(s32 start)
{
	const s32 constant = 5;
	s32 negative = -6;
	s32 twice = start * 2;
	s32 kept = start * 3;
	s8 small = (s8)(start * -10);
	s64 large = start * 4000000000LL;
	s32 list[3] = { start, start + 1, start + 2 };
	struct tr_pair pair = { start, -start };

	tr_sink_pointer = &kept;
	tr_sink_pointer = list;
	tr_sink_pointer = &pair;
	KNOWN(twice); /* mark: middle */
	KNOWN(small);
	KNOWN(large);
	tr_sink = twice + constant + negative;
	return twice + small + (s32)large + truth_opaque(start);
}

/* A structure that need not exist, and a pointer to it.
 *
 * middle: $pair->x = 4
 * middle: $pair->y = 8
 * middle: $two->first = 4
 * middle: $two->second = 12
 * middle: $at->x = 4
 * middle: $at->y = 8
 * middle: $pair$ = {.x=4, .y=8}
 * middle: $constant->x = 7
 * middle: $text$ = "literal"
 */
TRUTH s32 tr_pieces(s32 x)
{
	struct tr_pair pair = { x, x * 2 };
	struct tr_two two = { x, x * 3 };
	struct tr_pair *at = &pair;
	const struct tr_pair fixed = { 7, 70 };
	const struct tr_pair *constant = &fixed;
	const char *text = "literal";

	KNOWN(pair.x); /* mark: middle */
	KNOWN(pair.y);
	KNOWN((s32)two.second);
	tr_sink = at->x + at->y + constant->x + text[0];
	return (s32)two.first;
}

/* What a parameter is later is not what was passed.
 *
 * entry: $value = 100
 * middle: $value = 101
 * return: $value = 100
 * return: $return = 202
 */
TRUTH s32 tr_changes(s32 value)
{
	value += truth_opaque(1);
	KNOWN(value); /* mark: middle */
	value *= 2;
	return value;
}

/*
 * outside: $value = 1
 * inside: $value = 2
 * inside: $only = 3
 * behind: $value = 1
 */
TRUTH s32 tr_blocks(s32 x)
{
	s32 value = x;

	KNOWN(value); /* mark: outside */
	{
		s32 only = truth_opaque(3);
		s32 value = x + 1;

		KNOWN(value); /* mark: inside */
		KNOWN(only);
		tr_sink = value + only;
	}
	KNOWN(value); /* mark: behind */
	return value;
}

/*
 * turn: $i = 0 | 1 | 2 | 3
 * turn: $sum = 0 | 1 | 3 | 6
 * turn: $count = 4 | 4 | 4 | 4
 */
TRUTH s32 tr_loop(s32 count)
{
	s32 sum = 0;

	for (s32 i = 0; i < count; i++) {
		sum += i;
		KNOWN(sum); /* mark: turn */
		KNOWN(i);
	}
	return sum;
}

/*
 * middle: $kept = 4321
 * middle: $text$ = "text"
 * middle: $number = -9
 * entry: $value = 4321
 * return: $value = 4321
 */
TRUTH s32 tr_volatile(s32 value)
{
	volatile s32 kept = value;
	volatile s16 number = -9;
	char text[8] = "text";

	tr_sink_pointer = text;
	HERE(); /* mark: middle */
	return kept + number;
}

/* ---- inlined, called at the end, recursive ---------------------------- */

/*
 * inline: $inner = 31 | 41
 * inline: $pair->x = 3 | 5
 * inline: $pair->y = -4 | -6
 * within: $inner = 31 | 41
 * within: $local = 62 | 82
 */
INLINED s32 tr_inner(s32 inner, const struct tr_pair *pair)
{
	s32 local = inner * 2;

	KNOWN(local); /* mark: within */
	KNOWN(inner);
	tr_sink = pair->x;
	return local + pair->y;
}

/*
 * entry: $outer = 30
 * between: $first = 58
 * between: $outer = 30
 */
TRUTH s32 tr_outer(s32 outer, const struct tr_pair *pairs)
{
	s32 first, second;

	first = tr_inner(outer + 1, &pairs[1]);
	KNOWN(first); /* mark: between */
	second = tr_inner(outer + 11, &pairs[2]);
	return first + second;
}

/*
 * entry: $a = 51
 * entry: $b = -7
 * return: $return = 44
 * return: $a = 51
 */
TRUTH s32 tr_last(s32 a, s64 b)
{
	return truth_opaque(a) + (s32)b;
}

/*
 * entry: $x = 50
 * return: $x = 50
 * return: $return = 44
 */
TRUTH s32 tr_tail(s32 x)
{
	tr_sink = x;
	return tr_last(x + 1, -7);
}

/*
 * entry: $depth = 3 | 2 | 1 | 0
 * entry: $at->x = 1 | 3 | 5 | 7
 * return: $depth = 0 | 1 | 2 | 3
 * return: $return = 0 | 10 | 30 | 60
 * return: @entry($at->y) = -8 | -6 | -4 | -2
 */
TRUTH s32 tr_recurse(s32 depth, const struct tr_pair *at)
{
	s32 below;

	tr_sink = at->x;
	if (!depth)
		return 0;
	below = tr_recurse(depth - 1, at + 1);
	KNOWN(below);
	return below + 10 * depth;
}

/*
 * inline: $place[0]->x = 13
 * inline: $place[0]$ = {.x=13, .y=-13}
 * within: $place[0][0]->y = -13
 */
INLINED s32 tr_chain(const struct tr_pair *const *place)
{
	HERE(); /* mark: within */
	return (*place)->x + (*place)->y;
}

/*
 * inline: $at->x = 13
 * inline: $at[0]->y = -13
 * within: $at->x = 13
 * within: $of->second = 8000000000
 * within: $bits->low = 5
 * within: $bits->sign = -9
 * within: $bits->high = 703710
 * within: $at$ = {.x=13, .y=-13}
 * within: $of$ = {.first=-6, .second=8000000000}
 * within: $bits$ = {.low=5, .sign=-9, .high=703710, .wide=0, .flag=0, .swide=0}
 */
INLINED s32 tr_behind(const struct tr_pair *at, const struct tr_two *of,
		      const struct tr_bits *bits)
{
	HERE(); /* mark: within */
	tr_sink = (s32)of->first;
	tr_sink = (s32)bits->low + bits->sign + (s32)bits->high;
	return at->x + tr_chain(&at);
}

/* Pointers to what need not be in memory, which the compiler drops, as it sees all
 * that is done with them. */
TRUTH s32 tr_removed(s32 x, s64 first)
{
	struct tr_pair pair = { x, -x };
	struct tr_two two = { first, 8000000000LL };
	struct tr_bits bits = { .low = 5, .sign = -9, .high = 703710 };
	s32 sum = tr_behind(&pair, &two, &bits);

	KNOWN(x);
	KNOWN(first);
	return sum + (s32)two.second;
}

/* ---- what a function no longer has, but its callers ------------------- */

/*
 * gone: $number = 42 | -5 | 1 | 1001 | 6 | 8
 * gone: $wide = -8000000000 | 9000000001 | 2 | -3 | 60 | 80
 * gone: $pair->x = 3 | 5 | 9 | 7 | 1 | 1
 * gone: $pair->y = -4 | -6 | 10 | -8 | -2 | -2
 * return: $number = 42 | -5 | 1 | 1001 | 6 | 8
 * return: $return = 44
 */
TRUTH s32 tr_gone(s32 number, s64 wide, const struct tr_pair *pair)
{
	tr_sink = number + (s32)wide + pair->x;
	FORGET();
	HERE(); /* mark: gone */
	return 44;
}

TRUTH void tr_gone_constants(void)
{
	tr_sink = tr_gone(42, -8000000000LL, &tr_pairs[1]);
}

TRUTH void tr_gone_kept(s32 number, s64 wide, const struct tr_pair *pair)
{
	tr_sink = tr_gone(number, wide, pair);
	KNOWN(number);
	KNOWN(wide);
	KNOWN(pair);
}

TRUTH void tr_gone_frame(s32 x)
{
	struct tr_pair pair = { x, x + 1 };

	tr_sink_pointer = &pair;
	tr_sink = tr_gone(1, 2, &pair);
	KNOWN(pair.x);
}

/*
 * back: $number = 1000
 * back: $wide = -3
 */
TRUTH void tr_gone_both(s32 number, s64 wide, const struct tr_pair *pair)
{
	tr_sink = tr_gone(number + 1, wide, pair);
	HERE(); /* mark: back */
	tr_sink = 1;
}

TRUTH void tr_gone_first(s32 number, s64 wide, const struct tr_pair *pair)
{
	tr_gone_both(number, wide, pair);
	KNOWN(number);
	KNOWN(wide);
	KNOWN(pair);
}

/* Whose frame is gone, too. */
TRUTH s32 tr_gone_last(s32 number)
{
	return tr_gone(number, 60, tr_pairs);
}

static s32 (*volatile tr_gone_at)(s32, s64, const struct tr_pair *) = tr_gone;

TRUTH void tr_gone_pointer(void)
{
	tr_sink = tr_gone_at(8, 80, tr_pairs);
}

/* ---- what is there without a call ------------------------------------- */

s64 tr_global = -4100000000LL;
static u16 tr_static = 60001;
static const struct tr_two tr_constant = { -11, 12 };
static u8 tr_table[2][3] = { { 1, 2, 3 }, { 4, 5, 250 } };
static struct tr_item *tr_first_at = &tr_first;

/*
 * entry: @var("tr_global") = -4100000000
 * entry: @var("tr_static") = 60001
 * entry: @var("tr_constant")->first = -11
 * entry: @var("tr_constant")$ = {.first=-11, .second=12}
 * entry: @var("tr_table")[1][2] = 250
 * entry: @var("tr_table")[1][$one + 1] = 250
 * entry: @var("tr_pairs")[$one + 2]->y = -8
 * entry: @var("tr_pairs")$$ = [{.x=1, .y=-2}, {.x=3, .y=-4}, {.x=5, .y=-6}, {.x=7, .y=-8}]
 * entry: @var("tr_first_at")->next->number = 99
 * entry: kernel_string(@var("tr_words")[1]) = two words
 * entry: @var("tr_here")->number - cpu() = 1000
 * entry: @var("tr_here")->wide = -1
 * entry: @var("tr_here")->list[$one + 1] = 3
 * entry: @var("tr_here_small") = -77
 * within: $counter = 5
 * within: $tr_global = -4100000000
 * within: $tr_static = 60001
 */
TRUTH s32 tr_globals(s32 one)
{
	static s32 counter = 4;

	tr_static = (u16)truth_opaque(60001);
	counter += one;
	HERE(); /* mark: within */
	tr_sink = (s32)tr_global + tr_static + (s32)tr_constant.first +
		  tr_table[1][one] + tr_first_at->number;
	return counter--;
}

/* ---- the calls -------------------------------------------------------- */

static void call_simple(void)
{
	tr_ints(-5, 250, -30000, 65535, -2000000000, 4000000000U);
	tr_wide(-9000000000000000001LL, 0x8000000000000001ULL, 1, 'A', TR_RED,
		TR_MOST);
	tr_many(1, 2, 3, 4, 5, 6, -7, 60000, -8000000000LL, 255, 1, TR_RED);
	tr_unused(1, 2);
	tr_no_parameter();
	tr_nothing(9);
	tr_pointers(tr_numbers, &tr_number_at, tr_words, tr_callback,
		    (void *)0x1234, (const u16 *)0, (const char *)0);
	tr_strings("known text", "", (const u8 *)"bytes");
	tr_bits(&tr_first);
	tr_nested(&tr_first, 3);
}

static void call_structures(void)
{
	struct tr_two two = { -5000000000LL, 6000000000LL };
	struct tr_two other = { 77, -78 };
	struct tr_mixed mixed = { -100, { 3, -4 }, 250 };

	tr_by_value((struct tr_pair){ 21, -22 }, two,
		    (struct tr_big){ 1, -2, 3000000000LL }, -4);
	tr_split(1, 2, 3, 4, 5, other, 6, mixed);
	tr_by_value_bits(mixed, tr_first.either, tr_first.packed);
	tr_sink = tr_return_pair(9).y;
	tr_sink = (s32)tr_return_two(1).second;
	tr_sink = tr_return_mixed(2).whole;
	tr_sink = (s32)tr_return_big(70, -71).c;
#ifdef __SIZEOF_INT128__
	tr_int128(((__int128)1 << 64) + 5, 17);
#endif
}

static void call_gone(void)
{
	tr_gone_constants();
	tr_gone_kept(-5, 9000000001LL, &tr_pairs[2]);
	tr_gone_frame(9);
	tr_gone_first(1000, -3, &tr_pairs[3]);
	tr_sink = tr_gone_last(6);
	tr_gone_pointer();
}

void truth_values(void)
{
	call_simple();
	call_structures();
	tr_locals(10);
	tr_pieces(4);
	tr_changes(100);
	tr_blocks(1);
	tr_loop(4);
	tr_volatile(4321);
	tr_outer(30, tr_pairs);
	tr_tail(50);
	tr_recurse(3, tr_pairs);
	tr_globals(1);
	tr_removed(13, -6);
	call_gone();
}
