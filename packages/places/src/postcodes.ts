/**
 * The main place of every Dutch postcode area, written by hand: first the 90 areas of two digits, and behind them the
 * longer beginnings that lie far from that place. The longest beginning that fits wins. Labels as `findPlace` knows them.
 */
const table = `
10 Amsterdam
11 Amstelveen; 110 Amsterdam-Zuidoost; 111 Diemen; 112 Landsmeer; 113 Volendam; 114 115 Monnickendam; 1156 Marken
12 Hilversum; 126 127 Huizen
13 Almere; 138 139 Weesp
14 Purmerend; 140 141 Bussum; 142 Uithoorn; 143 Aalsmeer
15 Zaandam
16 Hoorn; 160 161 Enkhuizen; 167 169 Medemblik
17 Heerhugowaard; 174 175 Schagen; 176 Anna Paulowna; 177 Wieringerwerf; 178 Den Helder; 179 Den Burg
18 Alkmaar
19 Beverwijk; 190 Castricum; 193 Egmond aan Zee; 197 IJmuiden
20 Haarlem
21 Hoofddorp; 210 211 212 Heemstede; 216 217 Lisse; 218 219 Hillegom
22 Voorburg; 220 221 Noordwijk; 222 223 Katwijk; 224 Wassenaar; 225 Voorschoten; 226 Leidschendam; 228 Rijswijk; 229 Wateringen
23 Leiden; 237 Roelofarendsveen
24 Alphen aan den Rijn; 249 Ypenburg
25 Den Haag
26 Delft; 265 266 Berkel en Rodenrijs; 267 268 269 Naaldwijk
27 Zoetermeer; 277 Boskoop
28 Gouda; 286 287 Schoonhoven
29 Capelle aan den IJssel; 295 296 297 Alblasserdam; 298 299 Ridderkerk
30 Rotterdam
31 Schiedam; 313 Vlaardingen; 314 Maassluis; 315 Hoek van Holland; 316 317 Rhoon; 318 Rozenburg; 319 Hoogvliet
32 Spijkenisse; 322 Hellevoetsluis; 323 Brielle; 324 325 Middelharnis; 326 327 328 Oud-Beijerland; 329 Strijen
33 Dordrecht; 336 337 Sliedrecht
34 Nieuwegein; 340 IJsselstein; 341 Lopik; 342 Oudewater; 344 346 347 348 Woerden; 345 Vleuten
35 Utrecht
36 Maarssen; 364 Mijdrecht
37 Zeist; 374 Baarn; 375 Bunschoten; 3755 Eemnes; 376 Soest; 377 378 379 Barneveld
38 Amersfoort; 384 Harderwijk; 385 Ermelo; 386 Nijkerk; 388 Putten; 389 Zeewolde
39 Veenendaal; 394 395 397 Doorn; 396 Wijk bij Duurstede; 398 399 Houten
40 Tiel; 404 405 Kesteren
41 Culemborg; 413 Vianen; 414 Leerdam; 418 419 Geldermalsen
42 Gorinchem; 425 426 427 428 Werkendam
43 Middelburg; 430 431 432 Zierikzee; 438 Vlissingen
44 Goes; 440 441 Yerseke; 449 Wissenkerke
45 Terneuzen; 450 451 452 Oostburg; 456 458 Hulst
46 Bergen op Zoom; 465 467 Steenbergen; 469 Tholen
47 Roosendaal; 473 474 Oudenbosch; 476 477 478 479 Zevenbergen
48 Breda; 487 Etten-Leur; 488 Zundert
49 Oosterhout
50 Tilburg
51 Waalwijk; 510 Dongen; 511 Baarle-Nassau; 512 513 Rijen
52 's-Hertogenbosch; 528 Boxtel
53 Oss; 530 531 532 533 Zaltbommel
54 Uden; 542 Gemert; 543 544 Cuijk; 546 547 548 549 Veghel
55 Veldhoven; 552 553 554 Bladel; 555 556 557 Valkenswaard; 559 Heeze
56 Eindhoven
57 Helmond; 571 Someren; 572 Asten; 575 Deurne
58 Venray; 583 584 Boxmeer; 585 586 Well
59 Venlo; 595 Reuver; 596 597 Horst; 598 599 Panningen
60 Weert; 604 605 606 607 Roermond; 608 609 Heythuysen
61 Sittard; 610 Echt
62 Maastricht; 627 628 Gulpen; 629 Vaals
63 Valkenburg (Valkenburg aan de Geul); 635 Simpelveld; 636 Nuth; 637 Landgraaf
64 Heerlen; 646 647 Kerkrade
65 Nijmegen; 658 Mook; 659 Gennep
66 Wijchen; 662 Dreumel; 666 667 Elst; 668 669 Bemmel
67 Ede; 670 Wageningen
68 Arnhem
69 Zevenaar; 694 Didam; 695 696 697 699 Dieren; 698 Doesburg
70 Doetinchem; 704 's-Heerenberg; 709 Dinxperlo
71 Winterswijk; 712 Aalten; 713 714 Groenlo; 715 716 Neede
72 Zutphen; 724 Lochem; 726 727 Borculo
73 Apeldoorn; 739 Twello
74 Deventer; 744 745 746 Rijssen; 747 749 Goor; 748 Haaksbergen
75 Enschede; 755 Hengelo; 757 758 759 Oldenzaal
76 Almelo; 762 Borne; 763 Ootmarsum; 768 Vroomshoop; 769 Hardenberg
77 Hardenberg; 770 Dedemsvaart; 771 772 Dalfsen; 773 Ommen; 774 775 776 Coevorden
78 Emmen
79 Hoogeveen; 794 795 796 797 Meppel; 798 799 Dwingeloo
80 Zwolle
81 Raalte; 812 813 Wijhe; 816 817 Epe; 818 819 Heerde
82 Lelystad; 825 Dronten; 826 827 828 829 Kampen
83 Emmeloord; 832 Urk; 833 834 835 836 837 838 Steenwijk; 839 Noordwolde
84 Heerenveen; 842 843 Oosterwolde; 847 848 Wolvega
85 Joure; 853 Lemmer; 856 857 Balk
86 Sneek
87 Bolsward; 871 872 Workum; 875 Makkum
88 Franeker; 886 Harlingen; 888 889 West-Terschelling; 8899 Oost-Vlieland
89 Leeuwarden
90 Leeuwarden; 907 Sint Annaparochie
91 Dokkum; 916 Ameland; 9166 Schiermonnikoog
92 Drachten; 928 929 Buitenpost
93 Roden
94 Assen; 941 943 Beilen; 947 Zuidlaren
95 Stadskanaal; 953 Borger; 954 955 956 Ter Apel
96 Hoogezand; 964 965 Veendam; 966 967 968 969 Winschoten
97 Groningen; 975 Haren
98 Zuidhorn
99 Appingedam; 993 994 Delfzijl; 995 Winsum; 996 997 Leens; 998 Uithuizen
`;

/** Postcode beginning (two to four digits) → label of its main place. */
export const postcodeAreas: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split(/[\n;]/)
    .flatMap((area) => {
      const { digits = '', label = '' } = /^\s*(?<digits>[\d ]+) (?<label>\D+)$/.exec(area)?.groups ?? {};
      return digits.split(' ').map((beginning): [string, string] => [beginning, label]);
    }),
);

/** The four digits of `2284 AB`, `2284ab` or `2284`; undefined when it cannot be a Dutch postcode. */
export const decodePostcode = (text: string): string | undefined =>
  /^([1-9]\d{3})(?: ?(?!S[ADS])[A-Z]{2})?$/i.exec(text.trim())?.[1];

/** Label of the main place around these four digits. */
export const findPostcodeArea = (digits: string): string | undefined =>
  [4, 3, 2].map((length) => postcodeAreas.get(digits.slice(0, length))).find((label) => label !== undefined);
