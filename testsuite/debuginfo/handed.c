/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters that clang describes only further on in a function, or not all of, and
 * such as its callers leave out.
 */
#define NOINLINE __attribute__((noinline, used))

struct pair {
	int first, second;
};
struct packed {
	unsigned char first;
	unsigned int across : 13;
	int after : 7;
	unsigned int rest : 12;
} __attribute__((packed));

volatile int sink;

NOINLINE int other(int value)
{
	sink = value;
	return sink;
}

NOINLINE int late(signed char a, unsigned b, int c)
{
	sink = a + (int)b + c;
	return other(1);
}

NOINLINE int half(struct pair pair, int behind)
{
	sink = pair.first + behind;
	return other(2);
}

NOINLINE int bits(struct packed packed)
{
	sink = packed.after;
	return other(3);
}

NOINLINE int lower(long long wide, int behind)
{
	sink = (int)wide + behind;
	return other(5);
}

/* What is handed over is not read: another value has its name, or its place. */
NOINLINE int replaced(int value, int unread)
{
	value = other(4);
	sink = value;
	return other(value);
}

NOINLINE int exchanged(int first, int second)
{
	first = second;
	sink = first;
	return other(first) + first;
}

int main(void)
{
	late(-5, 4000000000U, 7);
	half((struct pair){ 21, -22 }, 23);
	bits((struct packed){ 0xff, 0x1abc, -33, 0xfed });
	lower(-9000000000000000001LL, 51);
	replaced(other(31), other(32));
	return exchanged(other(41), other(42)) == 0;
}
