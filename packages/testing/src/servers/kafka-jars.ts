import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MissingProgramError } from './missing.ts';

const run = promisify(execFile);

export const kafkaVersion = '4.3.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nl.adempauze</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Where the jars are kept: the setting `KAFKA_CACHE`, else under the user's cache folder. */
export const kafkaCacheFolder = (env: { readonly [name: string]: string | undefined }): string =>
  env.KAFKA_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'adempauze', `kafka-${kafkaVersion}`);

/** @throws MissingProgramError without a Java of 17 or later. */
export const checkJava = async (): Promise<void> => {
  const said = await run('java', ['-version']).then(
    ({ stderr }) => stderr,
    () => '',
  );
  if (Number(/version "(\d+)/.exec(said)?.[1] ?? 0) >= 17) return;
  throw new MissingProgramError({
    nl: 'Kafka heeft Java 17 of nieuwer nodig: op Debian met apt-get install openjdk-17-jre-headless.',
    en: 'Kafka needs Java 17 or later: on Debian, apt-get install openjdk-17-jre-headless.',
  });
};

/**
 * The folder with Apache Kafka's jars, fetched once from Maven Central (43 MB) and kept.
 * @throws MissingProgramError when they have to be fetched and Maven is not there.
 */
export const provideKafkaJars = async (folder: string): Promise<string> => {
  if (existsSync(folder)) return folder;
  await run('mvn', ['--version']).catch(() => {
    throw new MissingProgramError({
      nl: 'Om Kafka eenmaal op te halen is Maven nodig: op Debian met apt-get install maven.',
      en: 'To fetch Kafka once, Maven is needed: on Debian, apt-get install maven.',
    });
  });
  await mkdir(dirname(folder), { recursive: true });
  // Fetched beside it and then renamed, so that a folder with this name is always whole.
  const work = await mkdtemp(`${folder}-fetching-`);
  try {
    await writeFile(join(work, 'pom.xml'), pom);
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    await run('mvn', ['-q', '-B', copy, `-DoutputDirectory=${join(work, 'jars')}`], { cwd: work });
    await rename(join(work, 'jars'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else somebody else was first
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
};
