import type { access as english } from '../en/access.ts';
import type { Said } from '../said.ts';

/** Who may what, in German. */
export const access: Said<typeof english> = {
  access: {
    parts: 'Teile des Zugangs',
    tab: {
      members: 'Mitglieder',
      keys: 'API-Schlüssel',
      roles: 'Rollen',
      sessions: 'Sitzungen',
      providers: 'Anmeldedienste',
    },
    column: {
      name: 'Name',
      email: 'E-Mail',
      role: 'Rolle',
      since: 'Seit',
      actions: 'Aktionen',
      key: 'Schlüssel',
      may: 'Darf',
      used: 'Zuletzt benutzt',
      expires: 'Läuft ab',
      where: 'Wo',
      issuer: 'Aussteller',
      client: 'Client',
      link: 'Anmeldelink',
    },
    invite: 'Einladen',
    inviteHint: 'Sie melden sich über Ihren Anmeldedienst mit dieser bestätigten Adresse an.',
    noMembers: 'Noch keine Mitglieder',
    roleOf: 'Rolle von {{name}}',
    remove: 'Entfernen',
    removeTitle: '{{name}} entfernen?',
    removeHint:
      'Die Sitzungen enden in Sekunden, und Jobs, für die das Mitglied einsteht, werden angehalten.',
    newKey: 'Neuer API-Schlüssel',
    make: 'Erzeugen',
    noKeys: 'Keine Schlüssel',
    permissions_one: '{{count}} Berechtigung',
    permissions_other: '{{count}} Berechtigungen',
    revoked: 'widerrufen',
    rotate: 'Erneuern',
    rotateTitle: '{{name}} erneuern?',
    rotateHint: 'Es gibt sofort ein neues Geheimnis; das bisherige gilt noch einen Tag.',
    revoke: 'Widerrufen',
    revokeTitle: '{{name}} widerrufen?',
    revokeHint: 'Er gilt in Sekunden nicht mehr, und Jobs, für die er einsteht, werden angehalten.',
    secret: 'Geheimnis',
    secretOnce: 'Kopieren Sie das Geheimnis jetzt: Es wird nicht wieder gezeigt.',
    kept: 'Ich habe es',
    noSessions: 'Niemand ist angemeldet',
    end: 'Beenden',
    noProviders: 'Kein Anmeldedienst',
    noProvidersHint:
      'Fügen Sie einen hinzu: operandi providers add. Bis dahin gelten API-Schlüssel.',
  },
};
