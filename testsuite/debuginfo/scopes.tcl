# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of C++: names in namespaces, classes and functions.

# What patterns find: the symbols of functions, in the order of their lines.
set scopes_patterns {
    shop::count _ZN4shop5countEi
    ::count _Z5counti
    count {_ZN4shop5countEi _Z5counti}
    shop::hidden _ZN4shop12_GLOBAL__N_16hiddenEi
    shop::versioned _ZN4shop2v19versionedEi
    shop::v1::versioned _ZN4shop2v19versionedEi
    till::add _ZN4shop4till3addEi
    ::shop::till::add _ZN4shop4till3addEi
    sh*::t?ll::a* _ZN4shop4till3addEi
    ::till::add {}
    shop::add {}
    till::tax _ZN4shop4till3taxEi
    till::worth _ZN4shop4till5worthEi
    till::till _ZN4shop4tillC?Ei
    ~till _ZN4shop4tillD?Ev
    shop::till::drawer::* _ZN4shop4till6drawer4openEi
    drawer::open _ZN4shop4till6drawer4openEi
    till::scale {_ZN4shop4till5scaleIdEET_S2_ _ZN4shop4till5scaleIiEET_S2_}
    shop::till::scale<int> _ZN4shop4till5scaleIiEET_S2_
    twice _Z5twiceIiET_S0_
    box::get _ZN3boxIiE3getEi
    box<int>::get _ZN3boxIiE3getEi
    local::get _ZN12_GLOBAL__N_15local3getEi
    operator+ _ZplRK4itemi
    operator() _ZZ4workiENK*clEi
    work::*operator() _ZZ4workiENK*clEi
    shop::peek _ZN4shop4peekEPNS_5laterEPNS_4itemE
    nosuch::count {}
}

# The symbols that the driver lists for PATTERN.
proc scopes_found {program word pattern} {
    lassign [ptap_exec [list $::dbg_work/driver user:$program $word $pattern]] \
	status out err
    return [lmap line [split [string trim $out] "\n"] {
	lindex $line 1
    }]
}

proc scopes_test_names {test program} {
    set wrong {}
    foreach {pattern want} $::scopes_patterns {
	set found [scopes_found $program list $pattern]
	if {![string match $want [join $found]]} {
	    lappend wrong "$pattern: got $found, not $want"
	}
    }
    ptap_verdict "debuginfo: scopes: names, $test" [join $wrong "; "]
    set found [scopes_found $program inlined shop::halved]
    ptap_verdict "debuginfo: scopes: copies, $test" \
	[expr {$found eq {_Z4worki _Z4worki} ? "" : "got $found"}]
}

# Values in running functions.
set scopes_values {
    {till::add n} 1
    {till::add this->coins} 9
    {till::add this->inside.coins} 10
    {shop::count n} 6
    {::count n} 8
    {till::tax n} 2
    {till::tax %shop::till::rate} 17
    {till::tax %till::rate} 17
    {till::till n} 9
    {till::scale<int> by} 3
    {till::worth n} 4
    {till::worth this->coins} 10
    {drawer::open n} 5
    {drawer::open this->coins} 10
    {twice v} 7
    {local::get n} 10
    {box::get n} 13
    {box::get this->value} 36
    {operator+ n} 12
    {operator+ a->other} 34
    {operator() m} 20
    {shop::peek p->value} 33
    {shop::peek i->price} 31
    {shop::peek i->label.code} 32
    {shop::hidden n} 6
    {shop::versioned n} 11
    {work n} 14
    {work %total} 6
    {work %::total} 6
    {work %shop::total} 5
}

proc scopes_test_types {test program} {
    foreach {what want} {
	{enumerator shop::large} 2
	{enumerator large} 2
	{enumerator paint::red} 7
	{members shop::later} value
	{members later} another
	{members item} other
	{members {struct shop::item}} {price size label}
	{members till::drawer} coins
	{members {class shop::till}} {*inside coins}
	{members box<int>} value
	{members {struct tag}} code
	{members shop::nosuch} {\[unknown-type\] *}
    } {
	dbg_check "scopes: $what, $test" [list user:$program {*}$what] $want
    }
}

proc scopes_program {name cc flags} {
    set source [ptap_quote $::dbg_dir/scopes.cc]
    dbg_shell "$cc -g $flags -c -DOTHER -o scopes.o $source &&\
	$cc -g $flags -o $name $source scopes.o"
    return $::dbg_work/$name
}

# Units that refer to one another: by link-time optimisation, and by dwz.
proc scopes_test_joined {} {
    scopes_test_names "joined by the linker" [scopes_program scopes-lto g++ "-O1 -flto"]
    if {[auto_execok dwz] eq ""} {
	unsupported "debuginfo: scopes: dwz is not installed"
	return
    }
    dbg_shell "cp scopes-g++-O0 scopes-dwz && cp scopes-g++-O2 scopes-dwz0 &&\
	dwz -m scopes-common scopes-dwz scopes-dwz0"
    foreach pattern {shop::count till::add drawer::open box::get} {
	set found [scopes_found $::dbg_work/scopes-dwz list $pattern]
	ptap_verdict "debuginfo: scopes: $pattern, joined by dwz" \
	    [expr {[llength $found] == 1 ? "" : "got $found"}]
    }
}

proc dbg_test_scopes {} {
    foreach {cc flags} {g++ -O0 g++ -O2 clang++ -O0 clang++ -O2} {
	if {[auto_execok $cc] eq ""} {
	    unsupported "debuginfo: scopes: $cc is not installed"
	    continue
	}
	set program [scopes_program scopes-$cc$flags $cc $flags]
	scopes_test_names "$cc $flags" $program
	scopes_test_types "$cc $flags" $program
	dbg_compare_values "scopes, $cc $flags" user:$program $::scopes_values
    }
    if {[file exists $::dbg_work/scopes-g++-O2]} {
	scopes_test_joined
    }
}
