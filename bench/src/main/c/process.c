/*
 * The plain C that reads of another process' memory are set beside: what one would write first with process_vm_readv.
 *
 *   process target MIB                                  fills memory with known bytes, prints pid and address, waits
 *   process scatter PID ADDRESS MIB LIST MILLIS         8 bytes at random addresses, LIST of them in a call
 *   process pages PID ADDRESS MIB LIST MILLIS           pages at random addresses, LIST of them in a call
 *   process run PID ADDRESS MIB LIST MILLIS             one run as long as LIST pages in a call
 *
 * The last three print nanoseconds of processor time for an item (8 bytes, or a page) and a checksum.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ull
#define LISTS 64
#define MOST 1024

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t next(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static int target(uint64_t bytes) {
  uint64_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    fail("mmap");
  }
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  for (uint64_t i = 0; i < bytes / 8; i++) {
    memory[i] = i * 0x9e3779b97f4a7c15ull;
  }
  printf("%d %lu\n", getpid(), (unsigned long) memory);
  fflush(stdout);
  return getchar() == EOF ? 0 : 1;
}

int main(int count, char **words) {
  if (count == 3) {
    return target(strtoull(words[2], NULL, 10) << 20);
  }
  if (count != 7) {
    fprintf(stderr, "usage: see the source\n");
    return 2;
  }
  pid_t pid = atoi(words[2]);
  uint64_t base = strtoull(words[3], NULL, 10);
  uint64_t bytes = strtoull(words[4], NULL, 10) << 20;
  uint64_t list = strtoull(words[5], NULL, 10);
  double least = atof(words[6]) * 1e-3;
  int one_run = strcmp(words[1], "run") == 0;
  uint64_t item = strcmp(words[1], "scatter") == 0 ? 8 : PAGE;
  uint64_t (*addresses)[MOST] = malloc(sizeof(uint64_t[LISTS][MOST]));
  uint8_t *buffer = aligned_alloc(PAGE, MOST * PAGE);
  memset(buffer, 1, MOST * PAGE);
  uint64_t state = 88172645463325252ull;
  for (int i = 0; i < LISTS; i++) {
    for (uint64_t j = 0; j < list; j++) {
      uint64_t span = one_run ? bytes - list * PAGE : bytes;
      addresses[i][j] = base + next(&state) % (span / item) * item;
    }
  }
  static struct iovec local[MOST], remote[MOST];
  uint64_t sum = 0, items = 0;
  double start = seconds(), took = 0;
  while (took < least) {
    for (int i = 0; i < LISTS; i++) {
      uint64_t pieces = one_run ? 1 : list;
      uint64_t length = one_run ? list * PAGE : item;
      for (uint64_t j = 0; j < pieces; j++) {
        local[j] = (struct iovec) {buffer + j * item, length};
        remote[j] = (struct iovec) {(void *) addresses[i][j], length};
      }
      if (process_vm_readv(pid, local, pieces, remote, pieces, 0) != (ssize_t) (pieces * length)) {
        fail("process_vm_readv");
      }
      for (uint64_t j = 0; j < list; j++) {
        uint64_t value;
        memcpy(&value, buffer + j * item, 8);
        sum += items < LISTS * list ? value : 0;
      }
      items += i == LISTS - 1 ? LISTS * list : 0;
    }
    took = seconds() - start;
  }
  printf("%.3f %lu\n", took * 1e9 / items, sum);
  return 0;
}
