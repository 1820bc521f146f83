/** Data of a kernel built without CONFIG_KALLSYMS_ALL, whose symbols name none: found by what it must hold. */
package io.memflow.os.linux.landmark;
