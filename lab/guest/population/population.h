/* What the units of the population share: where things lie, and what each role needs. */
#ifndef POPULATION_H
#define POPULATION_H

#define _GNU_SOURCE
#include <netinet/in.h>

#define FOLDER "/srv/population"
#ifdef __aarch64__
#define PAGE 16384ul /* a multiple of a page, whichever of 4 and 16 KiB the kernel has */
#else
#define PAGE 4096ul
#endif
/* Fixed addresses, above where the kernel may put the heap of a program at a fixed address (up to 1 GiB behind it, on
 * 32-bit machines 32 MiB), and as far apart as the address space allows. */
#if __SIZEOF_POINTER__ == 8
#define PLACE(number) (number##ul << 24)
#else
#define PLACE(number) (number##ul << 20)
#endif
#define MARK PLACE(0x510)
#define COUNTER PLACE(0x511)
#define SHARED PLACE(0x512)
#define PRIVATE_FILE PLACE(0x513)
#define ODD_FILE PLACE(0x514)
#define GONE_FILE PLACE(0x515)
#define OTHER_MOUNT PLACE(0x516)
#define MEMFD PLACE(0x517)
#define SYSTEM_V PLACE(0x518)
#define WALL PLACE(0x519)
#define CODE PLACE(0x51a)
#define QUILT PLACE(0x520)
#define QUILT_PAGES 600
#define HUGE PLACE(0x540)
#define HUGE_LENGTH (8ul << 20)
#define WORKER_LENGTH (1ul << 20)
#define READY_FD 3

/* Who this process is, as it is planted and printed. */
extern const char *role;
/* The first of this program's arguments, as long as it was given. */
extern char *own_arguments;

/* Process id as the first pid namespace sees it. */
int global_pid(void);
/* Writes a line of /run/planted. */
void plant(const char *kind, unsigned long address, unsigned long length, const char *format, ...);
/* Ends the role, and tells the launcher, where something is not good. */
void check(int good, const char *what);
/* Tells the launcher that the role is in place. */
void in_place(void);
void stay(void);
/* A mapping at that address or none. */
char *map(unsigned long address, unsigned long length, int protection, int flags, int file);
/* Puts a text there and plants it. */
void put(unsigned long address, const char *format, ...);
/* The two pages of numbers and texts that every role has. */
void put_marks(void);
void write_file(const char *path, int lines);
void start_thread(void *(*body)(void *), void *argument);

struct sockaddr_in loopback(int port);
int bound(int type, int port);

/* Roles. */
void weaver(void);
void mapper(void);
void quilter(void);
void giant(void);
void plumber(void);
void tenant(void);
void hermit(void);
void ticker(void);
void oddname(void);
void ghost(void);
void nomad(void);
void painter(void);
void headless(void);
void statue(void);
void archivist(void);
void operator(void);
void frugal(void);
void settler(void);
void prisoner(void);
/* What processes do that have a number for a role. */
void work(int number);

#endif
