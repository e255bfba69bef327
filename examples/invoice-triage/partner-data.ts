/** A supplier as the partner's master data knows it. */
export interface Supplier {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  /** Largest invoice that may be posted without a person, in EUR. */
  readonly limitEur: number;
}

export const suppliers: readonly Supplier[] = [
  { id: 'S-1001', name: 'Nordlicht Papier GmbH', country: 'DE', currency: 'EUR', limitEur: 10_000 },
  { id: 'S-1002', name: 'Atelier Lumière SARL', country: 'FR', currency: 'EUR', limitEur: 5000 },
  {
    id: 'S-1003',
    name: 'Thames Office Supplies Ltd',
    country: 'GB',
    currency: 'GBP',
    limitEur: 8000,
  },
  {
    id: 'S-1004',
    name: 'Blue Ridge Software Inc.',
    country: 'US',
    currency: 'USD',
    limitEur: 25_000,
  },
  { id: 'S-1005', name: '株式会社さくら電機', country: 'JP', currency: 'JPY', limitEur: 20_000 },
  {
    id: 'S-1006',
    name: 'Zielona Energia Sp. z o.o.',
    country: 'PL',
    currency: 'PLN',
    limitEur: 6000,
  },
  { id: 'S-1007', name: 'Fjord Logistikk AS', country: 'NO', currency: 'NOK', limitEur: 12_000 },
  { id: 'S-1008', name: 'Alpenblick Catering AG', country: 'CH', currency: 'CHF', limitEur: 4000 },
  { id: 'S-1009', name: 'Panificio Rossi S.r.l.', country: 'IT', currency: 'EUR', limitEur: 3000 },
  {
    id: 'S-1010',
    name: 'Cervantes Traducciones S.L.',
    country: 'ES',
    currency: 'EUR',
    limitEur: 7500,
  },
  { id: 'S-1011', name: 'Orion Trading FZE', country: 'AE', currency: 'USD', limitEur: 50_000 },
  { id: 'S-1012', name: 'Borealis Metals Ltd', country: 'CY', currency: 'EUR', limitEur: 40_000 },
  { id: 'S-1013', name: 'भारत क्लाउड सर्विसेज़', country: 'IN', currency: 'INR', limitEur: 9000 },
];

/** Parties that must not be paid: name and country, and the list that says so. */
export const sanctions: readonly {
  readonly name: string;
  readonly country: string;
  readonly list: string;
}[] = [
  { name: 'Orion Trading FZE', country: 'AE', list: 'EXAMPLE-CONSOLIDATED-7' },
  { name: 'Borealis Metals Ltd', country: 'CY', list: 'EXAMPLE-CONSOLIDATED-9' },
];

/** Invoices of earlier months. It never changes, so no decision depends on which job runs first. */
export const archive: readonly {
  readonly supplierId: string;
  readonly number: string;
  readonly postedOn: string;
}[] = [
  { supplierId: 'S-1001', number: 'NP-2026-0417', postedOn: '2026-08-14' },
  { supplierId: 'S-1003', number: 'TOS/8821', postedOn: '2026-09-02' },
  { supplierId: 'S-1010', number: 'CT-77', postedOn: '2026-09-30' },
];
