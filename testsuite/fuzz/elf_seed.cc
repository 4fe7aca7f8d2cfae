// SPDX-License-Identifier: GPL-2.0-or-later
// What C++ has that elf_seed.c has not: namespaces, classes, functions inside of them.
static volatile int sum;

namespace outer {
enum class shade { dark = 3 };
struct later;
inline namespace v1 { int total = 4; }
namespace { struct hidden { int value; }; }
template <typename T> struct box {
	T value;
	static int count;
	struct lid { int wide; } top;
	__attribute__((noinline)) T get(int n) { return value + n + count; }
};
template <typename T> int box<T>::count = 2;
inline __attribute__((always_inline)) int copied(int n) { sum += n; return n; }
__attribute__((noinline)) int peek(later *at, hidden h)
{
	auto more = [&](int n) { return copied(n) + h.value; };

	return more(at ? 1 : 2) + total;
}
}

extern "C" int _start(int n)
{
	outer::box<int> one = { n, { n } };

	return one.get(n) + outer::peek(nullptr, { n }) + (int)outer::shade::dark;
}
