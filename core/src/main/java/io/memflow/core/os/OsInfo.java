package io.memflow.core.os;

import io.memflow.core.paging.PagingFormat;
import org.jspecify.annotations.Nullable;

/**
 * What runs on the target. What the target does not tell is null: a system that was found in memory knows all of it, one
 * that is asked from within, or told of by a file, may know none of the kernel's places.
 *
 * @param name the OS family, such as {@code linux}
 * @param version the version string the kernel carries
 * @param architecture the processor architecture, such as {@code x86-64}
 * @param paging page-table format of the kernel
 * @param kernelBase virtual address of the kernel image's first byte
 * @param kernelPhysicalBase physical address of the same byte
 * @param kernelSize bytes of the kernel image
 * @param slide how far the kernel was moved from its link address (KASLR), in bytes
 * @param dtb physical address of the kernel's root page table
 */
public record OsInfo(
        String name,
        String version,
        String architecture,
        @Nullable PagingFormat paging,
        @Nullable Long kernelBase,
        @Nullable Long kernelPhysicalBase,
        @Nullable Long kernelSize,
        @Nullable Long slide,
        @Nullable Long dtb) {}
