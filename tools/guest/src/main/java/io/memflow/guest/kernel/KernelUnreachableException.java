package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import org.jspecify.annotations.Nullable;

/**
 * The package mirror does not serve what a kernel needs: no network, a suite that is gone, a file that is listed but
 * missing. A test may skip for this reason, and for no other.
 */
public final class KernelUnreachableException extends MemflowException {
    private static final long serialVersionUID = 1L;

    public KernelUnreachableException(String message, @Nullable Throwable cause) {
        super(ErrorOrigin.OTHER, ErrorKind.NOT_FOUND, message, cause);
    }
}
