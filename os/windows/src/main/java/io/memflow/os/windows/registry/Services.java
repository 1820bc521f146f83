package io.memflow.os.windows.registry;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import io.memflow.formats.registry.HiveKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The services that a SYSTEM hive sets up (Microsoft, "HKLM\SYSTEM\CurrentControlSet\Services Registry Tree"). Stateless. */
final class Services {
    private static final List<String> SOURCES = List.of("services-key");
    /** Of the type, without the bits that say how a service meets its user. */
    private static final int KINDS = 0x3F;

    private Services() {}

    /**
     * Those of the set of settings that is current.
     *
     * @param root of the hive
     * @throws MemflowException when it does not say which set is current, or that set cannot be read
     */
    static Listing<ServiceInfo> of(HiveKey root) {
        long current = root.subkey("Select")
                .flatMap(select -> select.value("Current"))
                .map(value -> value.number().orElse(0))
                .orElseThrow(() -> absent("its key Select has no value Current"));
        String set = "ControlSet%03d".formatted(current);
        HiveKey services = root.subkey(set)
                .flatMap(key -> key.subkey("Services"))
                .orElseThrow(() -> absent("its key %s\\Services is not there".formatted(set)));
        Listing<HiveKey> keys = services.subkeys();
        return new Listing<>(keys.rows().stream().map(Services::row).toList(), keys.missing());
    }

    private static MemflowException absent(String why) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "The SYSTEM hive does not lead to services: %s.".formatted(why));
    }

    private static ServiceInfo row(HiveKey key) {
        FieldReader fields = new FieldReader();
        key.provenance().missing().forEach(part -> fields.note(part.what(), part.why()));
        Values values = Values.of(key);
        values.missing.forEach(part -> fields.note(part.what(), part.why()));
        return new ServiceInfo(
                key.name(),
                values.text("DisplayName"),
                kind(values.number("Type")),
                start(values.number("Start")),
                values.text("ImagePath"),
                fields.read("Parameters", () -> library(key)),
                values.text("ObjectName"),
                key.lastWritten().orElse(null),
                fields.provenance(SOURCES));
    }

    private static @Nullable String library(HiveKey key) {
        Optional<HiveKey> parameters = key.subkey("Parameters");
        return parameters.isPresent() ? Values.of(parameters.get()).text("ServiceDll") : null;
    }

    private static ServiceInfo.@Nullable Kind kind(@Nullable Long type) {
        if (type == null) {
            return null;
        }
        return switch ((int) (type & KINDS)) {
            case 0x01 -> ServiceInfo.Kind.KERNEL_DRIVER;
            case 0x02 -> ServiceInfo.Kind.FILE_SYSTEM_DRIVER;
            case 0x04 -> ServiceInfo.Kind.ADAPTER;
            case 0x08 -> ServiceInfo.Kind.RECOGNIZER_DRIVER;
            case 0x10 -> ServiceInfo.Kind.OWN_PROCESS;
            case 0x20 -> ServiceInfo.Kind.SHARED_PROCESS;
            default -> ServiceInfo.Kind.OTHER;
        };
    }

    private static ServiceInfo.@Nullable Start start(@Nullable Long number) {
        ServiceInfo.Start[] all = ServiceInfo.Start.values();
        return number == null || number < 0 || number >= all.length ? null : all[(int) (long) number];
    }

    /** The values of a key by name. */
    private record Values(Map<String, RegistryValueInfo> byName, List<MissingPart> missing) {
        static Values of(HiveKey key) {
            Map<String, RegistryValueInfo> byName = new HashMap<>();
            Listing<RegistryValueInfo> values = key.values();
            List<MissingPart> missing = new ArrayList<>(values.missing());
            for (RegistryValueInfo value : values.rows()) {
                byName.putIfAbsent(value.name().toLowerCase(Locale.ROOT), value);
                value.provenance()
                        .missing()
                        .forEach(part -> missing.add(new MissingPart(value.name() + ": " + part.what(), part.why())));
            }
            return new Values(byName, missing);
        }

        @Nullable
        String text(String name) {
            RegistryValueInfo value = byName.get(name.toLowerCase(Locale.ROOT));
            return value == null ? null : value.text().orElse(null);
        }

        @Nullable
        Long number(String name) {
            RegistryValueInfo value = byName.get(name.toLowerCase(Locale.ROOT));
            return value != null && value.number().isPresent() ? value.number().getAsLong() : null;
        }
    }
}
