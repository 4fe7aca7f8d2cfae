/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that are handed over and return floating point numbers in all ways that the
 * conventions have.
 */
#define NOINLINE __attribute__((noinline))

typedef float vector __attribute__((vector_size(16)));

struct single {
	float x;
};
struct singles {
	float x, y, z;
};
struct doubles {
	double x, y;
};
struct mixed {
	long whole;
	double part;
};
struct reversed {
	double part;
	int whole;
	float rest;
};
struct extended {
	long double x;
};
struct nested {
	struct {
		float x[2];
	} in;
	int number;
};
union either {
	double part;
	long bits;
};
union wide {
	long double part;
	float single;
};

float number_single = 1.5F;
double number_double = -2.25;
long double number_extended = 3.125L;
double number_list[3] = { 1, 2.5, 3 };
struct reversed number_reversed = { 0.1, 7, 0.2F };
static volatile double sink;

NOINLINE float singles_of(float a, double b, long double c, int d)
{
	sink = a + b + (double)c + d;
	return a + 1;
}

NOINLINE double double_of(int a, float b, int c, double d)
{
	sink = a + b + c + d;
	return d * 2;
}

NOINLINE long double extended_of(int a, long double b, double c, long double d)
{
	sink = a + (double)b + c + (double)d;
	return b + 1;
}

NOINLINE double many(double a, float b, double c, double d, double e, double f,
		     double g, double h, float i, int j, double k,
		     long double l, double m)
{
	sink = a + b + c + d + e + f + g + h + i + j + k + (double)l + m;
	return sink;
}

NOINLINE struct single one_of(struct single p)
{
	sink = p.x;
	return (struct single){ p.x + 1 };
}

NOINLINE struct singles three_of(struct singles p)
{
	sink = p.x + p.y + p.z;
	return (struct singles){ p.z, p.x, p.y };
}

NOINLINE struct doubles two_of(struct doubles p)
{
	sink = p.x + p.y;
	return (struct doubles){ p.y, p.x };
}

NOINLINE struct mixed mixed_of(struct mixed p)
{
	sink = p.part + (double)p.whole;
	return (struct mixed){ p.whole + 1, p.part + 1 };
}

NOINLINE struct reversed reversed_of(struct reversed p)
{
	sink = p.part + p.whole + p.rest;
	return (struct reversed){ p.part + 1, p.whole + 1, p.rest + 1 };
}

NOINLINE struct extended wide_of(struct extended p, int number)
{
	sink = (double)p.x + number;
	return (struct extended){ p.x + 1 };
}

NOINLINE struct nested nested_of(struct nested p)
{
	sink = p.in.x[0] + p.in.x[1] + p.number;
	return (struct nested){ { { p.in.x[1], p.in.x[0] } }, p.number + 1 };
}

NOINLINE union either either_of(union either p)
{
	sink = p.part;
	return (union either){ p.part + 1 };
}

NOINLINE union wide union_of(union wide p)
{
	sink = (double)p.part;
	return (union wide){ p.part + 1 };
}

/* One register is left where two are needed, and then one is used. */
NOINLINE double last_of(double a, double b, double c, double d, double e,
			double f, double g, struct doubles h, double i,
			struct mixed j)
{
	sink = a + b + c + d + e + f + g + h.x + h.y + i + j.part;
	return sink;
}

NOINLINE vector vector_of(vector p, float q)
{
	sink = p[0] + p[1] + p[2] + p[3] + q;
	return p + q;
}

/* What is not read. */
NOINLINE double odd(_Complex double z, __float128 w)
{
	sink = __real__ z + (double)w;
	return sink;
}

NOINLINE _Complex long double pair(int number)
{
	sink = number;
	return number + 1.0iL;
}

NOINLINE double behind(const double *p, const float *q, const long double *r,
		       const struct reversed *s)
{
	sink = *p + *q + (double)*r + s->rest;
	return sink;
}

int main(void)
{
	double p = 0.7;
	float q = 0.1F;
	long double r = 1.1L;
	vector v = { 1, 2, 3, 4.5F };

	singles_of(1.25F, -2.5, 3.75L, 4);
	double_of(1, 2.5F, 3, 4.5);
	extended_of(1, 2.1L, 3.5, -4.1L);
	many(1, 2.5F, 3, 4, 5, 6, 7, 8, 9.5F, 10, 11.5, 12.5L, 13.5);
	one_of((struct single){ 1.5F });
	three_of((struct singles){ 1.5F, 2.5F, 3.5F });
	two_of((struct doubles){ 1.25, 2.25 });
	mixed_of((struct mixed){ -7, 1.75 });
	reversed_of((struct reversed){ 1.75, -9, 2.5F });
	wide_of((struct extended){ 1.25L }, 5);
	nested_of((struct nested){ { { 1.5F, 2.5F } }, 77 });
	either_of((union either){ 1.5 });
	union_of((union wide){ 1.5L });
	last_of(1, 2, 3, 4, 5, 6, 7, (struct doubles){ 8.5, 9.5 }, 10.5,
		(struct mixed){ 11, 12.5 });
	vector_of(v, 0.5F);
	behind(&p, &q, &r, &number_reversed);
	odd(1, 2);
	pair(5);
	return 0;
}
