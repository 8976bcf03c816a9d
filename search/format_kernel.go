package search

import "strings"

// kernelMarks are what the Linux kernel says of a process that it ended, and
// of a disk, wherever it stands in the line: dmesg and the system logs put
// different things before it.
var kernelMarks = []struct {
	mark     string
	severity Severity
}{
	{"Memory cgroup out of memory: Kill", Fatal},
	{"Out of memory: Kill", Fatal},
	{"oom-kill:constraint=", Fatal},
	{"invoked oom-killer", Fatal},
	{": segfault at ", Fatal},
	{" trap invalid opcode ", Fatal},
	{" trap divide error ", Fatal},
	{"EXT4-fs error ", Error},
	{"XFS (", Error},
	{"I/O error, dev ", Error},
}

// readKernel reads the kernel's messages: the out-of-memory killer, faults
// of a program, errors of a disk.
func readKernel(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	for _, m := range kernelMarks {
		at := strings.Index(line, m.mark)
		if at < 0 {
			continue
		}
		message := line
		switch m.mark[0] {
		case 'M', 'O', 'o':
			message = line[at:]
		case 'X':
			if !strings.Contains(line, "rror") {
				return 0
			}
		default:
			if at > maxLead {
				return 0
			}
		}
		// Addresses and sizes change with each time.
		for _, tail := range []string{" total-vm:", ", total-vm", " ip ", " ip:", ",cpuset=", ": gfp_mask"} {
			message, _, _ = strings.Cut(message, tail)
		}
		if _, task, ok := strings.Cut(line, "task="); ok && m.mark[0] == 'o' {
			task, _, _ = strings.Cut(task, ",")
			message += ",task=" + task
		}
		if name := killed(message); name != "" && name != "milvus" {
			// What is known of Milvus's end must not be found for another
			// program's, so it is told in other words.
			message = name + " was killed by the kernel: out of memory"
		}
		r.add(i, Problem{Severity: m.severity, Message: message, Component: "kernel"})
		return 1
	}
	return 0
}

// killed returns the name in "Killed process 123 (name)".
func killed(message string) string {
	_, rest, ok := strings.Cut(message, "Killed process ")
	if !ok {
		return ""
	}
	_, name, _ := strings.Cut(rest, " (")
	name, _, ok = strings.Cut(name, ")")
	if !ok {
		return ""
	}
	return name
}
