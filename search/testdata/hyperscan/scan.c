/* scan PATTERNS TEXT: compiles the lines of PATTERNS as literals, then scans
 * TEXT once for every line on standard input and answers each with the
 * nanoseconds it took and the matches. The first answer is the nanoseconds of
 * compiling. */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *slurp(const char *name, size_t *size) {
	FILE *f = fopen(name, "rb");
	if (!f || fseek(f, 0, SEEK_END)) {
		perror(name);
		exit(1);
	}
	*size = ftell(f);
	rewind(f);
	char *data = malloc(*size + 1);
	if (!data || fread(data, 1, *size, f) != *size) {
		perror(name);
		exit(1);
	}
	data[*size] = 0;
	fclose(f);
	return data;
}

static long long now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *count) {
	(void)id, (void)from, (void)to, (void)flags;
	++*(long long *)count;
	return 0;
}

int main(int argc, char **argv) {
	if (argc != 3) {
		fprintf(stderr, "usage: scan PATTERNS TEXT\n");
		return 2;
	}
	size_t size, text_size, n = 0;
	char *patterns = slurp(argv[1], &size), *text = slurp(argv[2], &text_size);
	for (size_t i = 0; i < size; i++)
		n += patterns[i] == '\n';
	const char **list = calloc(n, sizeof *list);
	unsigned *flags = calloc(n, sizeof *flags), *ids = calloc(n, sizeof *ids);
	size_t *sizes = calloc(n, sizeof *sizes);
	char *p = patterns;
	for (size_t i = 0; i < n; i++) {
		char *end = strchr(p, '\n');
		*end = 0;
		list[i] = p;
		sizes[i] = end - p;
		ids[i] = i;
		p = end + 1;
	}
	hs_database_t *db;
	hs_compile_error_t *why;
	hs_scratch_t *scratch = NULL;
	long long start = now();
	if (hs_compile_lit_multi(list, flags, ids, sizes, n, HS_MODE_BLOCK, NULL, &db, &why) != HS_SUCCESS) {
		fprintf(stderr, "compile: %s\n", why->message);
		return 1;
	}
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
		return 1;
	printf("%lld 0\n", now() - start);
	fflush(stdout);
	for (int c; (c = getchar()) != EOF;) {
		if (c != '\n')
			continue;
		long long matches = 0;
		start = now();
		if (hs_scan(db, text, text_size, 0, scratch, found, &matches) != HS_SUCCESS)
			return 1;
		printf("%lld %lld\n", now() - start, matches);
		fflush(stdout);
	}
	return 0;
}
