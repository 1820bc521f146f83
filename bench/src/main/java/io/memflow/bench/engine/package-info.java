/** The engine's speed beside a plain C reference over the same memory image. */
package io.memflow.bench.engine;
