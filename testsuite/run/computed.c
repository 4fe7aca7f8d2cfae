/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O2 -Wno-unused-variable */
/* Variables that gcc describes by what they are computed from. */
#define UNSIGNED unsigned long long

__attribute__((noipa)) int computed(int a, int b, UNSIGNED x, UNSIGNED y)
{
	int least = a < b ? a : b;
	UNSIGNED quotient = x / y;
	UNSIGNED rest = x % y;
	UNSIGNED turned = x << (y & 63) | x >> (-y & 63);
	int below = x < y;

	__asm__ volatile("nop"); /* line: computed */
	__asm__ volatile("nop" : : "g"(a), "g"(b), "g"(x), "g"(y));
	return a;
}

int main(void)
{
	computed(-7, 4, 0xfedcba9876543210, 13);
	computed(9, -4, 5, 0x8000000000000003);
	return 0;
}
