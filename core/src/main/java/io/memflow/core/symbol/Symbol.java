package io.memflow.core.symbol;

/**
 * One named address.
 *
 * @param name the symbol's name as the target itself spells it
 * @param address virtual address in the target
 * @param type the one-letter class that nm(1) and {@code /proc/kallsyms} print
 * @param module the module that defines it; empty for the kernel itself
 */
public record Symbol(String name, long address, char type, String module) {}
