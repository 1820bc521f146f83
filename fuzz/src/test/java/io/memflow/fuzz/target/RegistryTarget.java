package io.memflow.fuzz.target;

import io.memflow.core.os.RegistryValueInfo;
import io.memflow.formats.registry.HiveKey;
import io.memflow.formats.registry.RegistryHive;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A registry hive: every key that can be reached, its class, its descriptor, its values and what they mean. */
public final class RegistryTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        RegistryHive hive = RegistryHive.ofFile(MemorySegment.ofArray(input));
        hive.damage().forEach(Answers::take);
        HiveKey root = hive.root();
        look(root);
        root.descendants().rows().forEach(RegistryTarget::look);
        Attempts.allow(() -> Answers.take(hive.key("Software\\key7")));
    }

    private static void look(HiveKey key) {
        Answers.take(key.info());
        Attempts.allow(() -> key.security().ifPresent(Answers::take));
        for (RegistryValueInfo value : key.values().rows()) {
            Answers.take(value.typeName());
            Answers.take(value.text());
            Answers.take(value.texts());
            Answers.take(value.number());
        }
    }
}
