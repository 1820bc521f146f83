import org.jspecify.annotations.NullMarked;

/** Programs that measure: they make real images and time the library on them. Nothing depends on this module. */
@NullMarked
module io.memflow.bench {
    requires io.memflow.core;
    requires io.memflow.guest;
    requires java.management;
    requires jdk.management;
    requires jmh.core;
    requires static org.jspecify;
}
