package io.memflow.cli.fake;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Row;
import java.util.List;
import java.util.function.Predicate;

/** Rows of all kinds that have no list of their own here, told apart by their type. */
record FakeRows(List<Row> rows, List<MissingPart> missing) {
    <T extends Row> Listing<T> all(Class<T> type) {
        return some(type, _ -> true);
    }

    <T extends Row> Listing<T> some(Class<T> type, Predicate<T> wanted) {
        return new Listing<>(
                rows.stream()
                        .filter(type::isInstance)
                        .map(type::cast)
                        .filter(wanted)
                        .toList(),
                missing);
    }
}
