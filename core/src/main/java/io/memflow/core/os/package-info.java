/** The contract every OS layer fulfils: processes, threads, modules, regions, with where each row came from. */
package io.memflow.core.os;
