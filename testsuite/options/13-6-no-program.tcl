# SPDX-License-Identifier: GPL-2.0-or-later
# Files that cannot be probed, each named by what it is; options.exp sources this.

# FILES: name and a shell command that makes it, then what ptap says of it.
set options_no_program_files {
    empty {: > empty} {empty' is not a program: it is empty \[file\]}
    fifo {mkfifo fifo} {fifo' is a FIFO, not a program \[file\]}
    folder {mkdir folder} {folder' is a folder, not a program \[file\]}
    device {ln -s /dev/null device} {device' is a device, not a program \[file\]}
    text {echo text > text} {text' is not a program: it is neither an ELF file nor a script}
    gone {echo "#!/opt/no/such/thing -x" > gone}
	{the interpreter '/opt/no/such/thing' of the script '.*/gone' does not exist \[file\]}
    dos {printf "#!/bin/sh\\r\\n" > dos}
	{the interpreter '/bin/sh\\r' of the script .*\n.*\n.*\nhint: .* carriage return}
    command {echo "#!/usr/bin/env no_such_command" > command}
	{no command 'no_such_command' in PATH, which the script '.*/command' is for \[file\]}
    option {echo "#!/usr/bin/env --what sh" > option}
	{option' is not a program: it is a script whose first line does not say}
    bare {echo "#!" > bare} {bare' is not a program: it is a script whose first line does not say}
    loop {echo "#!$PWD/loop" > loop} {loop' is not a program: scripts that run scripts come to no end}
    second {echo "#!$PWD/empty" > second}
	{empty' is not a program: it is empty .*\n.*\n.*\nnote: it is what the first line of '.*/second' names}
    secret {echo "#!/bin/sh" > secret && chmod 0 secret} {cannot read '.*/secret': Permission denied \[io\]}
    hidden/inside {mkdir hidden && cp /bin/true hidden/inside && chmod 0 hidden}
	{cannot read '.*/hidden/inside': Permission denied \[io\]}
    link {ln -s missing link} {no file '.*/link' \[no-match\]}
}

# One run says it of all; not as root, who may read everything.
proc options_no_program {} {
    global options_no_program_files
    set dir [file normalize $::ptap_work]/no-program
    file delete -force $dir
    file mkdir $dir
    set script ""
    foreach {name command said} $options_no_program_files {
	lassign [ptap_shell "cd [ptap_quote $dir] && $command"] status out err
	if {$status != 0} {
	    ptap_verdict "options: no program: $name" "cannot be made: $err"
	}
	append script "probe process(\"$dir/$name\").function(\"main\") {}\n"
    }
    set file [open $dir/all.stp w]
    puts $file $script
    close $file
    set line "[ptap_quote $::ptap_program] $::r -p2 $dir/all.stp"
    set run [expr {[exec id -u] == 0 ? "su nobody -s /bin/sh -c '$line'" : $line}]
    lassign [ptap_shell "chmod a+rx $dir; $run"] status out err
    file attributes $dir/hidden -permissions u+rwx
    foreach {name command said} $options_no_program_files {
	set reason ""
	if {![regexp -line -- "all.stp:\[0-9:\]+ error: .*$said" $err]} {
	    set reason "nothing matches $said: $err"
	}
	ptap_verdict "options: no program: $name" $reason
    }
}
options_no_program
