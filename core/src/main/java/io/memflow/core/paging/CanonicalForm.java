package io.memflow.core.paging;

/** What the virtual-address bits above the translated ones must be. */
public enum CanonicalForm {
    /** Copies of the highest translated bit: one tree serves both halves of the space. */
    SIGN_EXTENDED,
    /** Zeros: the tree serves the lower end of the space, or all of a small one. */
    ZEROS,
    /** Ones: the tree serves the upper end of the space. */
    ONES
}
