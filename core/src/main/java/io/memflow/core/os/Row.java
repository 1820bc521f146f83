package io.memflow.core.os;

/** A row of any list: knows where it comes from. */
public interface Row {
    Provenance provenance();
}
