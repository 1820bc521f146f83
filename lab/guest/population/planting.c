/* What every role needs: to plant, to report, to stay. */
#include "population.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *role = "launcher";

/* Process id as the first pid namespace sees it: /proc was mounted there. */
int global_pid(void) {
    char text[16] = {0};
    return readlink("/proc/self", text, sizeof text - 1) > 0 ? atoi(text) : -1;
}

void plant(const char *kind, unsigned long address, unsigned long length, const char *format, ...) {
    char line[512];
    int size = snprintf(line, sizeof line, "%s %s %d %lx %lu ", kind, role, global_pid(), address, length);
    va_list arguments;
    va_start(arguments, format);
    size += vsnprintf(line + size, sizeof line - (size_t)size - 1, format, arguments);
    va_end(arguments);
    line[size++] = '\n';
    int file = open("/run/planted", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)size) != size)
        abort();
    close(file);
}

void check(int good, const char *what) {
    if (!good) {
        printf("LAB-FAILED: %s: %s: %s\n", role, what, strerror(errno));
        fflush(stdout);
        if (write(READY_FD, "!", 1) < 0) /* the launcher waits for a byte; in the launcher itself there is nobody to tell */
            _exit(2);
        _exit(1);
    }
}

void in_place(void) {
    if (write(READY_FD, "+", 1) != 1)
        _exit(1);
    close(READY_FD);
}

void stay(void) {
    for (;;)
        pause();
}

char *map(unsigned long address, unsigned long length, int protection, int flags, int file) {
    char *bytes = mmap((void *)address, length, protection, flags | MAP_FIXED_NOREPLACE, file, 0);
    check(bytes != MAP_FAILED, "mmap");
    return bytes;
}

void put(unsigned long address, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy((void *)address, text, (size_t)length + 1);
    plant("text", address, (unsigned long)length, "%s", text);
}

/* Two pages of numbers with a text at the start and one across the boundary. */
void put_marks(void) {
    char *bytes = map(MARK, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (unsigned long i = 0; i < 2 * PAGE; i += sizeof(uint64_t)) {
        uint64_t value = 0x6d61726b00000000ull + i;
        memcpy(bytes + i, &value, sizeof value);
    }
    put(MARK, "mark of %s in process %d", role, global_pid());
    put(MARK + PAGE - 11, "over the border of two pages, %s", role);
}

void write_file(const char *path, int lines) {
    FILE *file = fopen(path, "w");
    check(file != NULL, path);
    for (int i = 0; i < lines; i++)
        fprintf(file, "line %010d\n", i);
    check(fclose(file) == 0, path);
}

void start_thread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    check(pthread_create(&thread, &attributes, body, argument) == 0, "pthread_create");
}
