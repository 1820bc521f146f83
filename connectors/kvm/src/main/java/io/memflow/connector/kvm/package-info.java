/** The connector for machines of any program that uses KVM, known by its descriptors and mappings alone. */
package io.memflow.connector.kvm;
