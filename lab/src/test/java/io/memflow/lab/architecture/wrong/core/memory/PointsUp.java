package io.memflow.lab.architecture.wrong.core.memory;

import io.memflow.lab.architecture.wrong.core.Base;
import io.memflow.lab.architecture.wrong.formats.Parser;
import org.jspecify.annotations.Nullable;

/** The core knows a parser, and the package above its own. */
public record PointsUp(Parser parser, @Nullable Base base) {}
