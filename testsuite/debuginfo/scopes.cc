// SPDX-License-Identifier: GPL-2.0-or-later
// Names in namespaces, classes and functions.  The driver stops in each function.  The
// program has two units: with OTHER this is the one that has the definitions.
#define NOINLINE __attribute__((noinline, used))
#define INLINED inline __attribute__((always_inline))

#ifdef OTHER

namespace shop {
struct later { int value; };
NOINLINE int show(later *p) { return p->value; }
later *made() { static later l{ 33 }; return &l; }
}

#else

static volatile int sum;

namespace shop {
enum kind { small = 1, large };
enum class paint { red = 7 };
struct item { int price; kind size; struct tag { int code; } label; };
struct later;

namespace { NOINLINE int hidden(int n) { sum += n; return n + 1; } }
NOINLINE int count(int n) { return hidden(n) + 1; }
INLINED int halved(int n) { int half = n / 2; sum += half; return half; }
inline namespace v1 { NOINLINE int versioned(int n) { sum += n; return n + 2; } }

class till {
public:
	struct drawer {
		int coins;
		NOINLINE int open(int n) { coins += n; return coins; }
	};
	till(int n);
	~till();
	NOINLINE int add(int n) { coins += n; return coins; }
	static int tax(int n);
	template <typename T> NOINLINE T scale(T by) { sum += 1; return by * coins; }
	virtual int worth(int n);
	static int rate;
	drawer inside;
	int coins;
};

int till::rate = 17;
int total = 5;
NOINLINE till::till(int n) : inside{ n + 1 }, coins(n) { }
NOINLINE till::~till() { coins = 0; }
NOINLINE int till::tax(int n) { return n * rate; }
NOINLINE int till::worth(int n) { sum += n; return coins + n; }
NOINLINE int peek(later *p, item *i) { sum += i->price; return p ? 1 : 0; }
int show(later *p);
later *made();
}

// The same names elsewhere.
struct item { int other; };
struct later { int another; };
int total = 6;
NOINLINE int count(int n) { sum += n; return n; }
template <typename T> NOINLINE T twice(T v) { sum += 1; return v + v; }
template <typename T> struct box { T value; NOINLINE T get(int n) { return value + n; } };
namespace { struct local { NOINLINE int get(int n) { sum += n; return n * 3; } }; }
NOINLINE int operator+(const item &a, int n) { sum += n; return a.other + n; }

NOINLINE int work(int n)
{
	int before = n + 1;
	auto lambda = [&](int m) NOINLINE { sum += m; return m + before; };
	int between = lambda(20);
	int half = shop::halved(n + 40);

	sum += between;
	return half + before + shop::halved(between);
}

int main(int argc, char **)
{
	shop::till t(argc + 8);
	shop::item i{ 31, shop::large, { 32 } };
	item j{ 34 };
	later k{ 35 };
	local c;
	box<int> b{ 36 };

	sum += t.add(1) + shop::till::tax(2) + t.scale(3) + (int)t.scale(2.0);
	sum += t.worth(4) + t.inside.open(5) + shop::count(6) + twice(7);
	sum += count(8) + c.get(10) + shop::versioned(11) + (j + 12) + b.get(13);
	sum += shop::peek(shop::made(), &i) + shop::show(shop::made()) + work(14);
	return sum + shop::total + total + k.another + (int)shop::paint::red == 0;
}

#endif
