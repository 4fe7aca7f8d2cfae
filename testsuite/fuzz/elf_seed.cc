// SPDX-License-Identifier: GPL-2.0-or-later
// A program of C++, for images to fuzz: names in namespaces, classes and functions.
volatile int counter;

namespace shop {
enum class colour { red = 7 };
struct node { int value; struct tag { int code; } label; };

namespace { __attribute__((noinline)) int hidden(node *n) { return n->label.code + counter; } }

inline namespace v1 {
class till {
	static int total;
	node list;
    public:
	static int count(int n) { total += n; return total; }
	__attribute__((noinline)) int add(int n);
	template <typename T> __attribute__((noinline)) int take(T t) { return (int)t + total; }
};
int till::total = 3;
}

int till::add(int n)
{
	auto twice = [n](int more) __attribute__((noinline)) { return n + more + counter; };

	list.value = twice(n);
	list.label.code = (int)colour::red;
	return hidden(&list) + count(n) + take((char)n);
}
}

extern "C" void _start()
{
	shop::till till;

	counter = till.add(counter);
	for (;;)
		;
}
