/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O2 */
/* Pointers that the compiler drops, as what they lead to need not be in memory. */
struct pair {
	int first, second;
	unsigned low : 3, high : 9;
};

static inline __attribute__((always_inline)) int add(const struct pair *pair)
{
	__asm__ volatile("nop"); /* line 11 */
	return pair->first + pair->second + (int)(pair->high + pair->low);
}

__attribute__((noipa)) int adds(int first, int second)
{
	struct pair pair = { first, second, 5, 300 };
	int sum = add(&pair);

	__asm__ volatile("nop" : : "g"(first), "g"(second));
	return sum;
}

static inline __attribute__((always_inline)) int starts(const char *text)
{
	__asm__ volatile("nop"); /* line 26 */
	return text[0];
}

__attribute__((noipa)) int text(void)
{
	return starts("a \"literal\"");
}

int main(void)
{
	return adds(3, -4) + text() == 0;
}
