// Source of the libraries and symbol files in this folder and in pdb/; make.sh says how they are built.
typedef unsigned int u32;
typedef struct { int counter; } atomic;

struct declared_only;
enum state { IDLE, BUSY = 7, LOST = -1 };
enum { NAMELESS = 42 };
struct list { struct list *next, *prev; };
union value { u32 word; unsigned char bytes[4]; };
typedef int (*callback)(struct list *, int);

struct outer {
    char name[16];
    enum state state;
    u32 low : 3;
    u32 high : 5;
    u32 wide : 20;
    union {
        short both;
        struct { unsigned char first, second; };
    };
    struct list tasks;
    int grid[2][3];
    union value inner;
    struct { u32 x; u32 y; } place;
    atomic count;
    callback call;
    volatile const unsigned long long *pointer;
    struct declared_only *unknown;
    double real;
};

__declspec(dllexport) struct outer sample_outer;
__declspec(dllexport) union value sample_value;
static int hidden_counter;
__declspec(dllimport) int other_function(int);
__declspec(dllimport) extern int other_data;
__declspec(dllimport) int numbered(void);
__declspec(dllimport) int late_function(int);

static __declspec(noinline) int hidden(int by) { return hidden_counter += by; }
__declspec(dllexport) int sample_function(int by) { return hidden(by) + other_function(by) + other_data + numbered(); }
__declspec(dllexport) int sample_late(int by) { return late_function(by) + NAMELESS; }
int sample_by_number(void) { return (int)sample_outer.real; }

void *__stdcall __delayLoadHelper2(const void *descriptor, void **slot) { return (void *)descriptor == *slot ? 0 : *slot; }
int _fltused;
int __stdcall entry(void *module, u32 reason, void *reserved) { return sample_function((int)reason) != 0; }
