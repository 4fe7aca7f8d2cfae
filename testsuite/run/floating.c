/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O2 -Wno-unused-variable */
/* Floating point that gcc describes by what it is computed from, and parameters that
 * only the callers still have. */
#define FORGET()                                                             \
	__asm__ volatile("nop"                                               \
			 :                                                   \
			 :                                                   \
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",   \
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
			   "xmm12", "xmm13", "xmm14", "xmm15", "memory")

static volatile double sink;

__attribute__((noipa)) void computed(double a, double b, float x, float y,
				     int n)
{
	double sum = a + b;
	double difference = a - b;
	double quotient = a / b;
	float product = x * y;
	double widened = (double)x * b;
	float narrowed = (float)b;
	double of_integer = n * a;
	int greater = a > b;
	long whole = (long)a;

	__asm__ volatile("nop"); /* line: computed */
	__asm__ volatile("nop" : : "x"(a), "x"(b), "x"(x), "x"(y), "g"(n));
}

__attribute__((noinline, noclone)) double lost(double a, float b)
{
	sink = a + (double)b;
	FORGET(); /* line: lost */
	return sink;
}

__attribute__((noinline, noclone)) double hands_on(double a, float b)
{
	sink = lost(a + 1, b * 3);
	return sink;
}

__attribute__((noinline, noclone)) double keeps(double a, float b)
{
	double ret = lost(a, b);

	sink = a;
	sink = (double)b;
	return ret;
}

/* It leaves the registers alone that its caller describes this by. */
__attribute__((noinline, noclone)) double lost_too(double a)
{
	sink = a * 3;
	__asm__ volatile("nop" : : : "xmm0", "memory"); /* line: lost_too */
	return sink;
}

__attribute__((noinline, noclone)) double loses(double x)
{
	return lost_too(x + 1) + x;
}

int main(void)
{
	volatile double a = 0.1, b = -3.75;
	volatile float x = 0.1f, y = 3;

	computed(a, b, x, y, -7);
	computed(-1e300, 1e-300, 1e30f, 1e30f, 2147483647);
	sink = lost(2.5, 0.5f);
	sink = hands_on(0.1, 0.1f);
	sink = hands_on(0.2, 0.2f);
	sink = keeps(b, x);
	sink = loses(a);
	sink = lost_too(1.5);
	return 0;
}
