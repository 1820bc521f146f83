/* A role with sockets of every family and state. */
#include "population.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int bound(int type, int port) {
    struct sockaddr_in address = loopback(port);
    int end = socket(AF_INET, type, 0);
    check(end >= 0 && bind(end, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    return end;
}

static int connected(int family, struct sockaddr *address, socklen_t length, int *accepted) {
    int server = socket(family, SOCK_STREAM, 0), client = socket(family, SOCK_STREAM, 0);
    check(server >= 0 && bind(server, address, length) == 0 && listen(server, 3) == 0, "listen");
    check(connect(client, address, length) == 0, "connect");
    *accepted = accept(server, NULL, NULL);
    check(*accepted >= 0, "accept");
    return client;
}

static struct sockaddr_in6 any6(int port) {
    return (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
}

/* Sockets of every family and state. */
void operator(void) {
    int accepted, pair[2];
    struct sockaddr_in6 inner = any6(4401), outer = any6(4402);
    inner.sin6_addr = in6addr_loopback;
    check(connected(AF_INET6, (struct sockaddr *)&inner, sizeof inner, &accepted) >= 0, "tcp6");
    int both = socket(AF_INET6, SOCK_STREAM, 0), caller = socket(AF_INET, SOCK_STREAM, 0);
    check(both >= 0 && bind(both, (struct sockaddr *)&outer, sizeof outer) == 0 && listen(both, 9) == 0, "tcp46");
    struct sockaddr_in address = loopback(4402); /* an IPv4 address inside IPv6 */
    check(connect(caller, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    address = loopback(4403); /* TIME_WAIT: who closes first waits */
    int first = connected(AF_INET, (struct sockaddr *)&address, sizeof address, &accepted);
    check(close(first) == 0 && read(accepted, &first, 1) == 0 && close(accepted) == 0, "time wait");
    address = loopback(4404); /* FIN_WAIT2 here, CLOSE_WAIT there */
    check(shutdown(connected(AF_INET, (struct sockaddr *)&address, sizeof address, &accepted), SHUT_WR) == 0, "fin");
    address.sin_addr.s_addr = inet_addr("192.0.2.99"); /* nobody answers behind the dummy interface */
    int waiting = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    check(waiting >= 0 && connect(waiting, (struct sockaddr *)&address, sizeof address) < 0, "syn sent");
    check(socket(AF_INET, SOCK_STREAM, 0) >= 0, "unbound");
    struct sockaddr_in6 datagrams = any6(4500);
    int udp6 = socket(AF_INET6, SOCK_DGRAM, 0), udp = bound(SOCK_DGRAM, 4501);
    check(udp6 >= 0 && bind(udp6, (struct sockaddr *)&datagrams, sizeof datagrams) == 0, "udp6");
    address = loopback(4200);
    check(connect(udp, (struct sockaddr *)&address, sizeof address) == 0, "udp");
    check(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 && socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) >= 0, "raw");
    check(setfsuid(1234) == 0 && bound(SOCK_STREAM, 4405) >= 0, "bound only");
    int owned = bound(SOCK_STREAM, 4406);
    check(listen(owned, 2) == 0, "owned");
    setfsuid(0);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0lab.abstract"};
    int hidden = socket(AF_UNIX, SOCK_DGRAM, 0);
    check(bind(hidden, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 13) == 0, "abstract");
    check(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0 && socket(AF_UNIX, SOCK_STREAM, 0) >= 0, "socketpair");
    struct sockaddr_un known = {.sun_family = AF_UNIX, .sun_path = "/run/operator.sock"};
    check(connected(AF_UNIX, (struct sockaddr *)&known, sizeof known, &accepted) >= 0, "unix");
    struct sockaddr_nl link = {.nl_family = AF_NETLINK, .nl_groups = 0x11};
    int routes = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), events = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_GENERIC);
    check(routes >= 0 && events >= 0 && bind(routes, (struct sockaddr *)&link, sizeof link) == 0, "netlink");
    struct sockaddr_ll wire = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = 1};
    int packets = socket(AF_PACKET, SOCK_RAW, 0);
    check(packets >= 0 && bind(packets, (struct sockaddr *)&wire, sizeof wire) == 0, "packet");
    check(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL)) >= 0, "packet all");
}
