/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pointers to what has no place in memory, for gcc from -O1 on. */
struct pair {
	int first, second;
};

static inline __attribute__((always_inline)) int add(const struct pair *pair)
{
	__asm__ volatile("nop"); /* line: within */
	return pair->first + pair->second;
}

__attribute__((noipa)) int adds(int first, int second)
{
	struct pair pair = { first, second };
	int sum = add(&pair);

	__asm__ volatile("nop" : : "g"(first), "g"(second));
	return sum;
}

int main(void)
{
	return adds(3, -4) + 1;
}
