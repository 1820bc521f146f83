/*
 * The plain C that the engine is set beside: what one would write first, without tricks, over the same memory image.
 *
 *   reference IMAGE LAYOUT file|huge SAMPLES MILLIS ROW...
 *
 * maps IMAGE (file: shared 4 KiB pages of the page cache; huge: a copy in anonymous memory that asked for huge pages),
 * runs each ROW and prints one line for it: name, best nanoseconds of processor time per item, a checksum of the
 * results. LAYOUT holds "name=number" lines that say where the tables are.
 *
 * Rows:  list:ROOT:sequential|random:N    translate N addresses from one array into another
 *        one:ROOT                         translate one address through a call
 *        walk:ROOT, map:ROOT              report every page, every run of pages, through a function pointer
 *        read8:N, read8x64:N              read 8 bytes at N random virtual addresses, singly and in lists
 *        copy:BYTES                       copy the bytes behind virtual ranges, their frames known beforehand
 *        memcpy:BYTES, scan               what this machine can do at all
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Intel SDM volume 3, section 5.5: entries of 4-level paging. */
#define PRESENT 1ull
#define WRITABLE 2ull
#define USER 4ull
#define ACCESSED 0x20ull
#define DIRTY 0x40ull
#define LARGE 0x80ull
#define GLOBAL 0x100ull
#define NO_EXECUTE (1ull << 63)
#define FRAME 0x000ffffffffff000ull
#define PAGE 4096ull
#define HUGE_PAGE (2ull << 20)

#define ONE_ADDRESSES 4096
#define READ_LIST 64
#define COPY_TOTAL (4u << 20)

static uint8_t *image;
static uint64_t image_bytes;
static const char *layout_text;
static volatile uint64_t sink;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t layout(const char *prefix, const char *name) {
  char key[64];
  int length = snprintf(key, sizeof key, "%s.%s=", prefix, name);
  for (const char *line = layout_text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, key, (size_t)length) == 0) return strtoull(line + length, NULL, 0);
  }
  fprintf(stderr, "reference: the layout lacks %s\n", key);
  exit(1);
}

/* SplitMix64: the same sequence as on the Java side. */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/* ---- translation */

static inline int translate(uint64_t root, uint64_t virtual, uint64_t *physical) {
  uint64_t entry = root;
  for (int shift = 39; shift >= 12; shift -= 9) {
    entry = *(const uint64_t *)(image + (entry & FRAME) + ((virtual >> shift) & 511) * 8);
    if (!(entry & PRESENT)) return 0;
    if (shift == 12 || (shift < 39 && (entry & LARGE))) {
      uint64_t offset = (1ull << shift) - 1;
      *physical = (entry & FRAME & ~offset) | (virtual & offset);
      return 1;
    }
  }
  return 0;
}

__attribute__((noinline)) static int translate_call(uint64_t root, uint64_t virtual, uint64_t *physical) {
  return translate(root, virtual, physical);
}

struct addresses {
  uint64_t root;
  uint64_t count;
  uint64_t *virtuals;
  uint64_t *physicals;
};

static struct addresses addresses(const char *root, uint64_t count, int random) {
  struct addresses a = {layout(root, "root"), count, malloc(count * 8), malloc(count * 8)};
  uint64_t base = layout(root, "base"), span = layout(root, "span"), state = count;
  for (uint64_t i = 0; i < count; i++) a.virtuals[i] = base + (random ? next_random(&state) % span : i * PAGE % span);
  return a;
}

static uint64_t list_sum(const struct addresses *a) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < a->count; i++) sum += a->physicals[i] * (i + 1);
  return sum;
}

static void run_list(void *argument) {
  struct addresses *a = argument;
  for (uint64_t i = 0; i < a->count; i++)
    if (!translate(a->root, a->virtuals[i], &a->physicals[i])) a->physicals[i] = UINT64_MAX;
}

static void run_one(void *argument) {
  struct addresses *a = argument;
  uint64_t sum = 0;
  for (uint64_t i = 0; i < a->count; i++) {
    uint64_t physical = UINT64_MAX;
    translate_call(a->root, a->virtuals[i], &physical);
    sum += physical * (i + 1);
  }
  sink = sum;
}

/* ---- walks */

typedef int (*report)(void *to, uint64_t virtual, uint64_t physical, uint64_t length, uint64_t type);

static int walk(uint64_t table, int shift, uint64_t virtual, uint64_t above, report page, void *to) {
  const uint64_t *entries = (const uint64_t *)(image + table);
  for (uint64_t i = 0; i < 512; i++) {
    uint64_t entry = entries[i];
    if (!(entry & PRESENT)) continue;
    uint64_t at = virtual | i << shift;
    if (shift == 39 && i > 255) at |= 0xffffull << 48;
    uint64_t type = (entry & above & (WRITABLE | USER)) | ((entry | above) & NO_EXECUTE);
    if (shift == 12 || (shift < 39 && (entry & LARGE))) {
      type |= entry & (ACCESSED | DIRTY | GLOBAL);
      if (!page(to, at, entry & FRAME & ~((1ull << shift) - 1), 1ull << shift, type)) return 0;
    } else if (!walk(entry & FRAME, shift - 9, at, type, page, to)) {
      return 0;
    }
  }
  return 1;
}

struct walked {
  uint64_t root;
  uint64_t sum;
  uint64_t virtual, physical, length, type;
};

static int count_page(void *to, uint64_t virtual, uint64_t physical, uint64_t length, uint64_t type) {
  struct walked *w = to;
  (void)type;
  w->sum += virtual * 3 + physical + length;
  return 1;
}

static int join_page(void *to, uint64_t virtual, uint64_t physical, uint64_t length, uint64_t type) {
  struct walked *w = to;
  if (w->length && w->virtual + w->length == virtual && w->physical + w->length == physical && w->type == type) {
    w->length += length;
    return 1;
  }
  if (w->length) count_page(w, w->virtual, w->physical, w->length, w->type);
  w->virtual = virtual;
  w->physical = physical;
  w->length = length;
  w->type = type;
  return 1;
}

/* Volatile, so that the compiler cannot see through the pointer. */
static volatile report reporter;

static void run_walk(void *argument) {
  struct walked *w = argument;
  w->sum = 0;
  w->length = 0;
  walk(w->root, 39, 0, WRITABLE | USER, reporter, w);
  if (w->length) count_page(w, w->virtual, w->physical, w->length, w->type);
}

/* ---- virtual reads */

static uint64_t read8(uint64_t root, uint64_t virtual) {
  uint64_t physical, value = 0;
  size_t first = PAGE - (virtual & (PAGE - 1));
  if (first >= 8) {
    if (translate(root, virtual, &physical)) memcpy(&value, image + physical, 8);
    return value;
  }
  if (translate(root, virtual, &physical)) memcpy(&value, image + physical, first);
  if (translate(root, virtual + first, &physical)) memcpy((uint8_t *)&value + first, image + physical, 8 - first);
  return value;
}

static void run_read8(void *argument) {
  struct addresses *a = argument;
  uint64_t sum = 0;
  for (uint64_t i = 0; i < a->count; i++) sum += read8(a->root, a->virtuals[i]);
  sink = sum;
}

static void run_read8x64(void *argument) {
  struct addresses *a = argument;
  uint64_t values[READ_LIST], sum = 0;
  for (uint64_t i = 0; i < a->count; i += READ_LIST) {
    for (int k = 0; k < READ_LIST; k++) values[k] = read8(a->root, a->virtuals[i + k]);
    /* All values are in memory now, as a caller gets them. */
    __asm__ volatile("" : : "r"(values) : "memory");
    sum += values[0];
  }
  sink = sum;
}

struct copies {
  uint64_t count, bytes;
  uint64_t *frames;
  uint8_t *target;
};

static void copy_one(const struct copies *c, uint64_t i) {
  uint64_t pages = c->bytes / PAGE;
  for (uint64_t k = 0; k < pages; k++) memcpy(c->target + k * PAGE, image + c->frames[i * pages + k], PAGE);
  __asm__ volatile("" : : "r"(c->target) : "memory");
}

static void run_copy(void *argument) {
  struct copies *c = argument;
  for (uint64_t i = 0; i < c->count; i++) copy_one(c, i);
}

static struct copies copies(uint64_t bytes) {
  struct copies c = {COPY_TOTAL / bytes, bytes, malloc(COPY_TOTAL / PAGE * 8), aligned_alloc(64, bytes)};
  uint64_t root = layout("pages", "root"), base = layout("pages", "base"), span = layout("pages", "span");
  uint64_t state = bytes, at = 0;
  memset(c.target, 1, bytes);
  for (uint64_t i = 0; i < c.count; i++) {
    uint64_t start = base + next_random(&state) % (span / bytes) * bytes;
    for (uint64_t k = 0; k < bytes; k += PAGE) translate(root, start + k, &c.frames[at++]);
  }
  return c;
}

static uint64_t copies_sum(const struct copies *c) {
  uint64_t sum = 0, word;
  for (uint64_t i = 0; i < c->count; i++) {
    copy_one(c, i);
    for (uint64_t k = 0; k < c->bytes; k += 8) {
      memcpy(&word, c->target + k, 8);
      sum += word;
    }
  }
  return sum;
}

/* ---- yardsticks */

struct block {
  uint8_t *from, *to;
  size_t bytes;
};

static void run_memcpy(void *argument) {
  struct block *b = argument;
  memcpy(b->to, b->from, b->bytes);
  __asm__ volatile("" : : "r"(b->to) : "memory");
}

/* Counts aligned 8-byte words of the whole image that equal one pattern. */
__attribute__((target("avx2"))) static void run_scan(void *argument) {
  uint64_t hits = 0;
  __m256i pattern = _mm256_set1_epi64x(*(int64_t *)argument);
  for (size_t i = 0; i + 128 <= image_bytes; i += 128) {
    const __m256i *at = (const __m256i *)(image + i);
    __m256i a = _mm256_cmpeq_epi64(_mm256_loadu_si256(at), pattern);
    __m256i b = _mm256_cmpeq_epi64(_mm256_loadu_si256(at + 1), pattern);
    __m256i c = _mm256_cmpeq_epi64(_mm256_loadu_si256(at + 2), pattern);
    __m256i d = _mm256_cmpeq_epi64(_mm256_loadu_si256(at + 3), pattern);
    __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
    if (!_mm256_testz_si256(any, any)) {
      hits += (uint64_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(a)) / 8;
      hits += (uint64_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(b)) / 8;
      hits += (uint64_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(c)) / 8;
      hits += (uint64_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(d)) / 8;
    }
  }
  sink = hits;
}

/* ---- measuring */

static int samples;
static double sample_seconds;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double best_nanos(void (*run)(void *), void *argument, double items) {
  double best = 1e300, start = now();
  long rounds = 0;
  do {
    run(argument);
    rounds++;
  } while (now() - start < sample_seconds);
  for (int s = 0; s < samples; s++) {
    start = now();
    for (long i = 0; i < rounds; i++) run(argument);
    double nanos = (now() - start) * 1e9 / ((double)rounds * items);
    if (nanos < best) best = nanos;
  }
  return best;
}

static void row(const char *name) {
  char root[32], order[32];
  unsigned long long number;
  double nanos;
  uint64_t sum;
  if (sscanf(name, "list:%31[^:]:%31[^:]:%llu", root, order, &number) == 3) {
    struct addresses a = addresses(root, number, strcmp(order, "random") == 0);
    nanos = best_nanos(run_list, &a, (double)number);
    sum = list_sum(&a);
  } else if (sscanf(name, "one:%31s", root) == 1) {
    struct addresses a = addresses(root, ONE_ADDRESSES, 1);
    nanos = best_nanos(run_one, &a, ONE_ADDRESSES);
    sum = sink;
  } else if (sscanf(name, "walk:%31s", root) == 1 || sscanf(name, "map:%31s", root) == 1) {
    struct walked w = {.root = layout(root, "root")};
    reporter = name[0] == 'w' ? count_page : join_page;
    nanos = best_nanos(run_walk, &w, 1);
    sum = w.sum;
  } else if (sscanf(name, "read8:%llu", &number) == 1 || sscanf(name, "read8x64:%llu", &number) == 1) {
    struct addresses a = addresses("pages", number, 1);
    nanos = best_nanos(name[5] == ':' ? run_read8 : run_read8x64, &a, (double)number);
    sum = sink;
  } else if (sscanf(name, "copy:%llu", &number) == 1) {
    struct copies c = copies(number);
    nanos = best_nanos(run_copy, &c, (double)c.count);
    sum = copies_sum(&c);
  } else if (sscanf(name, "memcpy:%llu", &number) == 1) {
    struct block b = {aligned_alloc(4096, number), aligned_alloc(4096, number), number};
    memset(b.from, 1, number);
    nanos = best_nanos(run_memcpy, &b, 1);
    sum = 0;
  } else if (strcmp(name, "scan") == 0) {
    int64_t pattern = (int64_t)0xfeedfacecafebeefull;
    nanos = best_nanos(run_scan, &pattern, 1);
    sum = sink;
  } else {
    fprintf(stderr, "reference: unknown row %s\n", name);
    exit(1);
  }
  printf("%s %.4f %llu\n", name, nanos, (unsigned long long)sum);
  fflush(stdout);
}

static void *slurp(const char *path) {
  int file = open(path, O_RDONLY);
  char *text = calloc(1, 65536);
  if (file < 0 || read(file, text, 65535) < 0) fail(path);
  close(file);
  return text;
}

static void map_image(const char *path, int huge) {
  struct stat status;
  int file = open(path, O_RDONLY);
  if (file < 0 || fstat(file, &status) != 0) fail(path);
  image_bytes = (uint64_t)status.st_size;
  if (!huge) {
    image = mmap(NULL, image_bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    if (image == MAP_FAILED) fail("mmap");
    return;
  }
  uint8_t *room = mmap(NULL, image_bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) fail("mmap");
  image = (uint8_t *)(((uintptr_t)room + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
  if (madvise(image, image_bytes, MADV_HUGEPAGE) != 0) fail("madvise");
  for (uint64_t done = 0; done < image_bytes;) {
    ssize_t got = pread(file, image + done, image_bytes - done, (off_t)done);
    if (got <= 0) fail("pread");
    done += (uint64_t)got;
  }
}

int main(int count, char **arguments) {
  if (count < 7) {
    fprintf(stderr, "usage: reference IMAGE LAYOUT file|huge SAMPLES MILLIS ROW...\n");
    return 2;
  }
  layout_text = slurp(arguments[2]);
  map_image(arguments[1], strcmp(arguments[3], "huge") == 0);
  samples = atoi(arguments[4]);
  sample_seconds = atof(arguments[5]) / 1000;
  for (int i = 6; i < count; i++) row(arguments[i]);
  return 0;
}
