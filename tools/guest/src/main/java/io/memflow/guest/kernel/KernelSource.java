package io.memflow.guest.kernel;

import java.util.function.Consumer;

/** A place a guest kernel can be had from. */
@FunctionalInterface
public interface KernelSource {
    /**
     * Gets the newest kernel of this source; may use the network.
     *
     * @param progress receives one line before each step that takes long
     * @throws KernelUnreachableException when the place cannot be reached from here
     * @throws io.memflow.core.error.MemflowException when it can, but has no such kernel
     */
    GuestKernel resolve(Consumer<String> progress);
}
