import org.jspecify.annotations.NullMarked;

/** The {@code memflow} command line. */
@NullMarked
module io.memflow.cli {
    requires static org.jspecify;
    requires io.memflow.core;
    requires io.memflow.formats;
    requires io.memflow.guest;
    requires tools.jackson.core;
}
