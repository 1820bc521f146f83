package io.memflow.lab.architecture.wrong.connector.one;

import io.memflow.lab.architecture.wrong.os.linux.Layer;

/** A connector knows an OS layer. */
public record Source(Layer layer) {}
