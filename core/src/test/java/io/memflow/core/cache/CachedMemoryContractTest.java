package io.memflow.core.cache;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.MeteredMemory;
import io.memflow.core.view.PatternMemory;
import java.util.List;
import org.junit.jupiter.api.Nested;

class CachedMemoryContractTest {
    private static final CacheOptions EVERYTHING = CacheOptions.DEFAULT.withPageTypes(CacheOptions.ALL);

    abstract static class Contract extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(
                    new AddressRange(0x234, 0x9_F123),
                    new AddressRange(0xA_0000, 0x3000),
                    new AddressRange(0xA_5800, 0x900),
                    new AddressRange(0xA_6200, 0x10),
                    new AddressRange(0x1_0000_0000L, 0x1_0001),
                    new AddressRange(0xFFFF_8000_0000_0000L, 0x2000));
        }

        @Override
        protected PhysicalMemory open() {
            // Metering hides that the memory is mapped.
            return new CachedMemory(new MeteredMemory(PatternMemory.of(ranges())), options());
        }

        abstract CacheOptions options();
    }

    @Nested
    class OfEveryPage extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING;
        }
    }

    @Nested
    class OfStablePagesOnly extends Contract {
        @Override
        CacheOptions options() {
            return CacheOptions.DEFAULT;
        }
    }

    @Nested
    class WithOnePage extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withTotalBytes(4096);
        }
    }

    @Nested
    class WithThreePagesAndOneSet extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withTotalBytes(3 * 4096);
        }
    }

    @Nested
    class WithTinyPagesMappedDirectly extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withPageBytes(512).withTotalBytes(32 * 512).withWays(1);
        }
    }

    @Nested
    class WithLargePages extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withPageBytes(1 << 16).withTotalBytes(1 << 20).withWays(4);
        }
    }

    @Nested
    class ValidForOneCall extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withValidity(new Validity.Calls(1));
        }
    }

    @Nested
    class ValidUntilInvalidated extends Contract {
        @Override
        CacheOptions options() {
            return EVERYTHING.withValidity(Validity.MANUAL);
        }
    }

    @Nested
    class OnMappedMemory extends Contract {
        @Override
        protected PhysicalMemory open() {
            return new CachedMemory(PatternMemory.of(ranges()), options());
        }

        @Override
        CacheOptions options() {
            return EVERYTHING;
        }
    }
}
