package io.memflow.core.translate.reference;

import io.memflow.core.address.PageType;

/** What the entries of a walk allow so far, and the page type that says so. */
final class Access {
    boolean write = true;
    boolean read = true;
    boolean user = true;
    boolean userExecute = true;
    boolean privilegedExecute = true;
    boolean global;
    boolean dirty;
    boolean accessed;
    boolean contiguous;

    void neverExecute() {
        userExecute = false;
        privilegedExecute = false;
    }

    /** Of an architecture whose entries tell user from supervisor pages. */
    int pageType() {
        return pageTypeWithoutUser() | (user ? PageType.USER : PageType.SUPERVISOR);
    }

    int pageTypeWithoutUser() {
        int type = write ? PageType.WRITABLE : PageType.READ_ONLY;
        type |= read ? 0 : PageType.NO_READ;
        type |= userExecute ? 0 : PageType.USER_NO_EXECUTE;
        type |= privilegedExecute ? 0 : PageType.PRIVILEGED_NO_EXECUTE;
        type |= userExecute || privilegedExecute ? 0 : PageType.NO_EXECUTE;
        type |= global ? PageType.GLOBAL : 0;
        type |= dirty ? PageType.DIRTY : 0;
        type |= accessed ? PageType.ACCESSED : 0;
        type |= contiguous ? PageType.CONTIGUOUS : 0;
        return type;
    }
}
