package io.memflow.lab.architecture.wrong.os.linux;

/** An OS layer. */
public record Layer(String name) {}
