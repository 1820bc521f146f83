/* Types of every kind that debug information describes; see README.md for how the objects beside it are made. */
enum state { STATE_IDLE, STATE_RUN = 5, STATE_LAST = -1 };
enum { NAMELESS_ONE = 7, NAMELESS_BIG = 0x80000000 };
typedef struct { int counter; } atomic_t;
typedef unsigned long word_t;
struct list_head { struct list_head *next, *prev; };
struct declared_only;
union value { unsigned char bytes[8]; word_t word; };
struct outer {
    char name[16];
    enum state state;
    unsigned int low : 3;
    unsigned int high : 5;
    signed int wide : 20;
    union {
        struct { short first; short second; };
        int both;
    };
    struct list_head tasks;
    const volatile struct declared_only *opaque;
    int (*run)(struct outer *self, int argument);
    int grid[2][3];
    void *anything;
    _Bool flag;
    double real;
    atomic_t count;
    union value value;
    word_t tail[];
};
const char linux_banner[] = "Linux version 6.1.0-sample (somebody@somewhere) #1 SMP\n";
struct outer first = { .name = "first" };
union value other;
int start(struct outer *given) {
    struct local_only { int inside; } here = { given->grid[1][2] };
    return here.inside + NAMELESS_ONE;
}
void _start(void) { start(&first); }
