// SPDX-License-Identifier: GPL-2.0-or-later
// What C++ hands over by value, in memory, by its address or not at all; the number
// behind it tells which.  The driver stops in each function and fetches.
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#ifdef __clang__
#define NOINLINE extern "C" __attribute__((noinline))
#else
#define NOINLINE extern "C" __attribute__((noipa))
#endif

struct empty {};
struct number { double value; };
struct derived : number { int behind; };
struct twice { int a, b; static int count; };
int twice::count = 5;
struct root { int first; };
struct leaf : empty, root { int second; };
struct copied { int value; copied(int v) : value(v) {}
	copied(const copied &o) : value(o.value) {} };
struct ended { int value; ended(int v) : value(v) {} ~ended() { value = 0; } };
struct defaulted { int value; defaulted(int v) : value(v) {}
	defaulted(const defaulted &) = default; ~defaulted() = default; };
struct holder { std::unique_ptr<int> inside; };
struct called { int value = 3; virtual int get() { return value; } };
template <typename T> struct box { T value; box(T v) : value(v) {}
	box(const box &o) : value(o.value) {} };
struct __attribute__((packed)) tight { char first; long second; };
struct alignas(16) loose { long first; };
typedef long long vector __attribute__((vector_size(16)));
struct bits { long low : 40; long high : 20; double behind; };
struct method { int value;
	__attribute__((noinline)) int take(method other, int number); };

static volatile long sum;

NOINLINE void take_text(std::string text, int number) { sum += text.size() + number; }
NOINLINE void take_owner(std::unique_ptr<int> owner, int number) { sum += *owner + number; }
NOINLINE void take_shared(std::shared_ptr<int> owner, int number) { sum += *owner + number; }
NOINLINE void take_pair(std::pair<int, int> pair, int number) { sum += pair.first + number; }
NOINLINE void take_empty(empty, int number) { sum += number; }
NOINLINE void take_derived(derived value, int number) { sum += value.behind + number; }
NOINLINE void take_twice(twice value, int number) { sum += value.a + number; }
NOINLINE void take_leaf(leaf *value, int number) { sum += value->first + number; }
NOINLINE void take_copied(copied value, int number) { sum += value.value + number; }
NOINLINE void take_ended(ended value, int number) { sum += value.value + number; }
NOINLINE void take_defaulted(defaulted value, int number) { sum += value.value + number; }
NOINLINE void take_holder(holder value, int number) { sum += *value.inside + number; }
NOINLINE void take_called(called value, int number) { sum += value.get() + number; }
NOINLINE void take_box(box<int> value, int number) { sum += value.value + number; }
NOINLINE void take_tight(tight value, int number) { sum += value.second + number; }
NOINLINE void take_loose(loose value, int number) { sum += value.first + number; }
NOINLINE void take_vector(vector value, int number) { sum += value[0] + number; }
NOINLINE void take_bits(bits value, int number) { sum += value.low + number; }
NOINLINE void take_reference(int &value, int number) { sum += value + number; }
NOINLINE void take_long_double(long double value, int a, int b, int c, int d,
			       int e, int f, int number)
{ sum += value + a + b + c + d + e + f + number; }
NOINLINE void take_many(int a, int b, int c, int d, int e, copied value,
			copied last, int number)
{ sum += a + b + c + d + e + value.value + last.value + number; }
NOINLINE copied make_copied(int number) { return copied(number); }
NOINLINE twice make_twice(int number) { return twice{ number, 2 }; }
NOINLINE std::string make_text(int number) { return std::string(3, number); }
NOINLINE std::unique_ptr<int> make_owner(int number) { return std::make_unique<int>(number); }
int method::take(method other, int number) { return value + other.value + number; }

int main()
{
	int one = 1;

	take_text("text", 101);
	take_owner(std::make_unique<int>(1), 102);
	take_shared(std::make_shared<int>(1), 103);
	take_pair({ 1, 2 }, 104);
	take_empty({}, 105);
	derived d; d.value = 1; d.behind = 66;
	take_derived(d, 106);
	take_twice({ 67, 68 }, 107);
	leaf l; l.first = 80; l.second = 81;
	take_leaf(&l, 126);
	take_copied(copied(69), 108);
	take_ended(ended(70), 109);
	take_defaulted(defaulted(71), 110);
	take_holder({ std::make_unique<int>(1) }, 111);
	take_called(called(), 112);
	take_box(box<int>(72), 113);
	take_tight({ 1, 73 }, 114);
	take_loose({ 74 }, 115);
	take_vector(vector{ 1, 2 }, 116);
	take_bits({ 1, 2, 3 }, 117);
	take_reference(one, 118);
	take_long_double(1, 1, 2, 3, 4, 5, 76, 119);
	take_many(1, 2, 3, 4, 5, copied(77), copied(78), 120);
	sum += make_copied(121).value + make_twice(122).a;
	sum += make_text('x').size() + *make_owner(124);
	method m{ 79 };
	return m.take(m, 125) == 0;
}
