#!/usr/bin/env bash
# C and C++: reports of AddressSanitizer, UBSan, LeakSanitizer, ThreadSanitizer, glibc aborts, libstdc++ terminations, gdb.
. "$(dirname "$0")/../_lib/grab.sh"
begin native
need gcc g++ gdb
mkdir -p /srv/cgi && cp "$HERE"/*.c "$HERE"/*.cc /srv/cgi/
cd /srv/cgi
gcc -g -w -fsanitize=address -o asan checkout.c && gcc -g -w -fsanitize=undefined -o ubsan checkout.c && gcc -g -w -fsanitize=thread -o tsan checkout.c && gcc -g -w -O0 -fstack-protector-all -rdynamic -o plain checkout.c && g++ -g -w -std=c++17 -D_GLIBCXX_ASSERTIONS -o pricing pricing.cc || exit 1
printf '#!/bin/sh\nexec gdb -q -nx -batch -ex run -ex "bt full" -ex "info registers rip rsp" -ex "kill" -return-child-result --args /srv/cgi/plain "$1" </dev/null\n' >debugged
printf '#!/bin/sh\nset -e\ncd /srv/shop/exports\ntar czf nightly.tgz orders.csv\n' >export
chmod +x debugged export
PORT=18140
serve $PORT /usr/bin/python3 "$HERE/gateway.py" $PORT
u asan-overflow.txt "sanitizer report" "GCC 12 AddressSanitizer, heap-buffer-overflow" /asan/overflow
u asan-uaf.txt "sanitizer report" "GCC 12 AddressSanitizer, heap-use-after-free" /asan/uaf
u asan-null.txt "sanitizer report" "GCC 12 AddressSanitizer, SEGV" /asan/null
u lsan.txt "sanitizer report" "GCC 12 LeakSanitizer" /asan/leak
u ubsan.txt "sanitizer report" "GCC 12 UndefinedBehaviorSanitizer" /ubsan/ubsan
u tsan.txt "sanitizer report" "GCC 12 ThreadSanitizer, data race" /tsan/race
u assert.txt "failed assertion" "glibc assert" /plain/assert
u double-free.txt "abort message" "glibc malloc, double free" /plain/double
u smash.txt "abort message" "glibc stack protector" /plain/smash
u open.txt "path" "C, own message with file and line" /plain/open
u backtrace.txt "stack trace" "glibc backtrace_symbols_fd in a signal handler" /plain/signal
u gdb.txt "stack trace" "gdb bt full" /debugged/null
u terminate-at.txt "exception class and message" "libstdc++ terminate, vector::at" /pricing/at
u terminate-throw.txt "exception class and message" "libstdc++ terminate, own class" /pricing/throw
u terminate-fs.txt "exception class and message, path" "libstdc++ terminate, std::filesystem" /pricing/fs
u assertion-index.txt "failed assertion" "libstdc++ _GLIBCXX_ASSERTIONS" /pricing/index
u shell.txt "path" "sh, cd to a missing folder" /export
unserve
finish
