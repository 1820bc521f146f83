package io.memflow.core.symbol;

/** A mention of a type: types lead to each other in circles, so a shape is looked up when it is asked for. Thread-safe. */
public interface TypeReference {
    /** The type as C spells it, such as {@code struct list_head *}. */
    String name();

    /**
     * What it looks like.
     *
     * @throws io.memflow.core.error.MalformedDataException when the type information is damaged
     */
    TypeShape shape();
}
