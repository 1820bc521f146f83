package io.memflow.core.evidence;

/** A structure of the kernel that leads to objects of one kind; the constants of one enum are all there are. */
public interface Source {
    /** As rows name it. */
    String label();
}
