package io.memflow.bench.engine;

import io.memflow.bench.engine.Row.Clock;
import io.memflow.bench.engine.Row.JavaSide;
import io.memflow.bench.engine.Row.Target;
import io.memflow.bench.engine.Row.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rows of the table, with the targets they were given. */
final class Rows {
    private static final int[] LISTS = {64, 512, 4096, 65_536};
    private static final double SEQUENTIAL_TARGET = 100;
    private static final double RANDOM_TARGET = 60;
    private static final double LIST_RATIO = 0.3;
    private static final int LARGE_LIST = 65_536;
    /** Different addresses that are read: few enough for the second cache, and too many. */
    private static final int[] PLACES = {4096, 65_536};

    private static final double COPY_RATIO = 0.8;
    private static final int[] BLOCKS = {4 << 10, 64 << 10};
    private static final long COPY_BYTES = 64L << 20;
    private static final int KIBI = 1 << 10;

    private Rows() {}

    static List<Row> all(long imageBytes) {
        List<Row> rows = new ArrayList<>();
        for (TranslateList.Order order : TranslateList.Order.values()) {
            for (int count : LISTS) {
                double least = order == TranslateList.Order.RANDOM ? RANDOM_TARGET : SEQUENTIAL_TARGET;
                rows.add(list(Root.PAGES, order, count, new Target(least, LIST_RATIO, 0)));
            }
        }
        for (TranslateList.Order order : TranslateList.Order.values()) {
            rows.add(list(Root.LARGE, order, LARGE_LIST, new Target(0, LIST_RATIO, 0)));
        }
        rows.add(one());
        rows.add(walk("walk 1,048,576 pages", Root.SCATTERED, WalkSpace.Form.PAGES, Unit.MILLISECONDS, 6));
        rows.add(walk("walk 1,024 pages", Root.SPARSE, WalkSpace.Form.PAGES, Unit.MICROSECONDS, 50));
        rows.add(walk("walk 512 pages of 2 MiB", Root.LARGE, WalkSpace.Form.PAGES, Unit.MICROSECONDS, 0));
        rows.add(walk("coalesced map of 1,048,576 pages", Root.SCATTERED, WalkSpace.Form.RUNS, Unit.MILLISECONDS, 30));
        for (int count : PLACES) {
            rows.add(values("one at a time", "read8", ReadValues.Form.ONE_AT_A_TIME, count, 40));
            rows.add(values("lists of 64", "read8x64", ReadValues.Form.LISTS, count, 60));
        }
        for (int bytes : BLOCKS) {
            String size = bytes / KIBI + " KiB";
            rows.add(blocks("virtual read of " + size, ReadBlocks.Form.READ, bytes, new Target(0, COPY_RATIO, 0)));
            rows.add(blocks("plain copy of " + size, ReadBlocks.Form.COPY, bytes, Target.NONE));
        }
        rows.add(slowly());
        rows.add(yardstick("memcpy of 64 MiB", "memcpy:" + COPY_BYTES, COPY_BYTES));
        rows.add(yardstick("AVX2 scan of the image", "scan", (double) imageBytes));
        return rows;
    }

    private static Row list(Root root, TranslateList.Order order, int count, Target target) {
        String orderText = order.name().toLowerCase(Locale.ROOT);
        String title = "translate a list, %s, %,d%s".formatted(orderText, count, root == Root.LARGE ? ", 2 MiB" : "");
        JavaSide java = new JavaSide(
                TranslateList.class,
                Map.of("root", root.name(), "order", order.name(), "count", Integer.toString(count)),
                count,
                () -> {
                    TranslateList operation = new TranslateList();
                    operation.root = root;
                    operation.order = order;
                    operation.count = count;
                    return operation;
                },
                Clock.PROCESSOR);
        String reference = "list:%s:%s:%d".formatted(root.key(), orderText, count);
        return new Row(title, Optional.of(reference), Optional.of(java), Unit.MILLIONS_PER_SECOND, 1, target);
    }

    private static Row one() {
        JavaSide java = new JavaSide(
                TranslateOne.class,
                Map.of("root", Root.PAGES.name()),
                TranslateOne.ADDRESSES,
                () -> {
                    TranslateOne operation = new TranslateOne();
                    operation.root = Root.PAGES;
                    return operation;
                },
                Clock.PROCESSOR);
        return new Row(
                "translate one address",
                Optional.of("one:" + Root.PAGES.key()),
                Optional.of(java),
                Unit.NANOSECONDS,
                1,
                Target.figure(12));
    }

    private static Row walk(String title, Root root, WalkSpace.Form form, Unit unit, double most) {
        JavaSide java = new JavaSide(
                WalkSpace.class,
                Map.of("root", root.name(), "form", form.name()),
                1,
                () -> {
                    WalkSpace operation = new WalkSpace();
                    operation.root = root;
                    operation.form = form;
                    return operation;
                },
                Clock.PROCESSOR);
        String reference = (form == WalkSpace.Form.RUNS ? "map:" : "walk:") + root.key();
        return new Row(title, Optional.of(reference), Optional.of(java), unit, 1, Target.figure(most));
    }

    private static Row values(String how, String reference, ReadValues.Form form, int count, double least) {
        JavaSide java = new JavaSide(
                ReadValues.class,
                Map.of("form", form.name(), "count", Integer.toString(count)),
                count,
                () -> {
                    ReadValues operation = new ReadValues();
                    operation.form = form;
                    operation.count = count;
                    return operation;
                },
                Clock.PROCESSOR);
        return new Row(
                "virtual read of 8 bytes, %s, %,d places".formatted(how, count),
                Optional.of(reference + ":" + count),
                Optional.of(java),
                Unit.MILLIONS_PER_SECOND,
                1,
                Target.figure(least));
    }

    private static Row blocks(String title, ReadBlocks.Form form, int bytes, Target target) {
        JavaSide java = new JavaSide(
                ReadBlocks.class,
                Map.of("form", form.name(), "bytes", Integer.toString(bytes)),
                (double) ReadBlocks.TOTAL_BYTES / bytes,
                () -> {
                    ReadBlocks operation = new ReadBlocks();
                    operation.form = form;
                    operation.bytes = bytes;
                    return operation;
                },
                Clock.PROCESSOR);
        return new Row(
                title, Optional.of("copy:" + bytes), Optional.of(java), Unit.GIGABYTES_PER_SECOND, bytes, target);
    }

    private static Row slowly() {
        JavaSide java = new JavaSide(ReadSlowly.class, Map.of(), 1, ReadSlowly::new, Clock.WALL);
        return new Row(
                "10,000 virtual reads of 8 bytes, 1 ms per call",
                Optional.empty(),
                Optional.of(java),
                Unit.MILLISECONDS,
                1,
                new Target(10, 0, 6));
    }

    private static Row yardstick(String title, String reference, double bytes) {
        return new Row(title, Optional.of(reference), Optional.empty(), Unit.GIGABYTES_PER_SECOND, bytes, Target.NONE);
    }
}
