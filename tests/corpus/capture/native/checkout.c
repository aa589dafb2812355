/* A checkout that breaks in the way that its argument names. */
#include <assert.h>
#include <errno.h>
#include <execinfo.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order { int id; char *customer; int lines[4]; };

static struct order *load(int id) {
    struct order *o = calloc(1, sizeof *o);
    o->id = id;
    return o;
}
static int total(struct order *o, int n) {
    int sum = 0;
    for (int i = 0; i <= n; i++) sum += o->lines[i];
    return sum;
}
static void backtrace_and_exit(int sig) {
    void *frames[32];
    dprintf(2, "checkout: caught signal %d (%s)\n", sig, strsignal(sig));
    backtrace_symbols_fd(frames, backtrace(frames, 32), 2);
    _exit(1);
}
static long shared;
static void *count(void *p) { for (int i = 0; i < 1000; i++) shared++; return p; }

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    struct order *o = load(7);
    if (!strcmp(how, "overflow")) { char *name = malloc(8); strcpy(name, "Annabelle Lee"); puts(name); }
    if (!strcmp(how, "uaf")) { free(o); printf("%d\n", o->id); }
    if (!strcmp(how, "null")) printf("%zu\n", strlen(o->customer));
    if (!strcmp(how, "stack")) { int lines[3] = {1, 2, 3}; volatile int n = 3 + argc; printf("%d\n", lines[n]); }
    if (!strcmp(how, "leak")) { o = load(8); o = NULL; return 0; }
    if (!strcmp(how, "ubsan")) { volatile int m = INT_MAX; m += argc; volatile int s = 40; printf("%d %d %d\n", m, 1 << s, total(o, 4)); return 1; }
    if (!strcmp(how, "assert")) assert(o->customer != NULL && "customer is set");
    if (!strcmp(how, "double")) { char *p = malloc(24); free(p); free(p); }
    if (!strcmp(how, "smash")) { char b[8]; memset(b, 'A', 24 + argc); puts(b); }
    if (!strcmp(how, "open")) { FILE *f = fopen("/etc/shop/checkout.conf", "r"); if (!f) { fprintf(stderr, "%s: %s:%d: cannot open /etc/shop/checkout.conf: %s\n", argv[0], __FILE__, __LINE__, strerror(errno)); return 1; } }
    if (!strcmp(how, "signal")) { signal(SIGSEGV, backtrace_and_exit); printf("%d\n", *(volatile int *)8); }
    if (!strcmp(how, "race")) { pthread_t a, b; pthread_create(&a, 0, count, 0); pthread_create(&b, 0, count, 0); pthread_join(a, 0); pthread_join(b, 0); return 1; }
    return 0;
}
