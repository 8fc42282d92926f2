/* The least that reading a capture costs: libpcap, and one addition a packet. */
#define _DEFAULT_SOURCE 1 /* pcap.h wants the BSD names of integer types */

#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
    struct pcap_pkthdr *header;
    const u_char *bytes;
    unsigned long long packets = 0, octets = 0;

    if (!pcap) {
        fprintf(stderr, "usage: countpackets FILE\n%s\n", argc == 2 ? error : "");
        return 2;
    }
    while (pcap_next_ex(pcap, &header, &bytes) == 1) {
        packets++;
        octets += header->caplen;
    }
    pcap_close(pcap);
    printf("%llu packets, %llu octets\n", packets, octets);
    return 0;
}
