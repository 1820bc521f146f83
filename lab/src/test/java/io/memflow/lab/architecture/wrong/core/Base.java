package io.memflow.lab.architecture.wrong.core;

import io.memflow.lab.architecture.wrong.core.memory.PointsUp;

/** Half of a cycle between packages. */
public record Base(PointsUp up) {}
