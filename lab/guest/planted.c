/*
 * A shared library whose symbols have versions of its own, an old one and the default among them, for the comparison of
 * modules. It is linked with a System V hash table only.
 */
int planted_data[5] = {1, 2, 3, 4, 5};
_Thread_local int planted_thread = 7;

int planted_old(int value) { return value + planted_data[1]; }
int planted_new(int value) { return value + planted_data[2] + planted_thread; }
__attribute__((weak)) int planted_weak(void) { return 3; }

__asm__(".symver planted_old, planted_call@PLANTED_1");
__asm__(".symver planted_new, planted_call@@PLANTED_2");
