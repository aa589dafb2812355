//! Written by tests/corpus/wording/train.py from texts of programs and of products; not by hand.

use super::Signs;

/// A text over this is what a program says.
pub(super) const LIMIT: i32 = 14;

pub(super) const SIGNS: Signs =
    Signs { start: -12, snake: 6, camel: 7, dotted: 6, backtick: 5, single: 4, double: 2, lower: 7, stop: -6, length: [-4, 0, 0, 0, 0, 0] };

/// At `n` the words of `n` letters in order, each with its weight behind it: `N` is none, `O` 1, `M` -1.
pub(super) const WORDS: [&str; 17] = [
    "",
    "",
    "aiIalLatPcoIdeCenLidLifLinPioSitLlaKmbLmyJnoSofPplLprLthKweI",
    concat!(
        "ageDannYanyKappLargRawsTbadVbitPboxKbugRcanScsvLdevPdidPdonTdueLenvQforQgetLgotWintHisnHketYlenTlibPmapRmaxP",
        "newKnilWnonRnorQnotSnowLourKoutSphpHpipRrsaQrunPserFsetQskuIsqlYsrvYsshUtagPtheKtlsPtooRuriQusePusrPwwwKyouI",
        "zipH",
    ),
    concat!(
        "argsRaxesRaxisUbeenLbindQbitsQbodyKbookJbyteTcallQcardKcastTcityDdateKdictUdocsPdoesRedgeQeditIenumPfilmKfindQ",
        "flagRfontPformLhashTheadPhostQhttpQitemIkindTlessLliveKloadPlockSlongLloopTmailLmodePmoreKmustTnamePnearUneedT",
        "nodeTnonePonlyRopenPpageHpassTpathPpoolSportPpostJreadQroleLroomHrootRsameQsendJshopQshowLsignKsiteHsizeRsomeL",
        "sortKthatLtheyLthisHtimeLtruePuserKuuidIviewKwentLwillHyearIyourGzeroT",
    ),
    concat!(
        "adminLafterQagainGaliasParrayTasyncUbatchTbelowKblankIbuildQbytesUcachePcheckLchunkSclassWcommaFdepthLdoesnV",
        "dtypeXemailFemptyPenterIentryQequalHerrnoRerrorPexistLfalseQfewerJfieldKframeSgraphYindexTinputLitemsKlaterH",
        "layerPleastJlevelPlinesJloginKmatchJmediaDnamedRnamesQneedsQneverPnightFnodesUorderKotherKpagesHphoneEpointT",
        "priceIprotoSquotaLquoteJrangeQreachKreadyKredisRregexKrightPscaleSshapeYshortKsmallJstateRstockLsuiteKtableT",
        "themeGtheseKthreeTthrowCtitleFtriedRtupleUuntilKusageQusersFusingRvideoLwhileQwriteTwrongS",
    ),
    concat!(
        "amountGarraysTbinarySboundsUbufferUcalledScannotXchangeKchooseLclausePclosedRcolumnRconfigVcookiePcouldnV",
        "customLdecodeQdefineRdeleteJdigitsJdottedLdriverTengineUenoentPentityReventsLexceedKexitedSfailedSfieldsJ",
        "finiteSfolderLhandleQinputsRlabelsQlargerPlengthRletterIlongerKmanageKmatrixVmethodPmetricPmodelsLmoduleT",
        "nativePobjectToffsetSonlineKoptionRordersPoutputSpacketPparamsYparcelHparserSpassedVpluralJpointsQpythonR",
        "resultPreviewLrouterKsafariHsampleSscalarVschemeRsearchHshapesPshouldTsocketYspacesKsqliteRstreamTstringQ",
        "supplyQsyntaxPtakingItargetQtariffPtensorVtryingPunableQupdateLuploadHvaluesQvectorVvolumeGweightLwindowL",
        "workerV",
    ),
    concat!(
        "abortedUaccountIallowedLalreadyRbackendUbecauseLbedrockPbillingJblockedIcallingVchangesIclusterTcolumnsR",
        "commandPconnectRcontactIcontentLcontextSconvertQcorruptRdatasetWdefinedVdeletedJdialectQdisplayKeditingK",
        "elementRentriesJexampleJexceedsQexpiredHformatsJgatewayLgreaterKhandlerUheadersRillegalWindicesSinsteadQ",
        "integerKinvalidTkeywordQlengthsPlettersClibraryTliteralQminimumLmissingSmozillaCneitherQnetworkLoptionsQ",
        "outsideSpackageTpaddingPparsingRpartialPpassingSpatternLpaymentFpointerQpresentPpreviewJproductJpromiseS",
        "provideRreachedRreadingPrefusedYreplacePrequestIrequireQresolveQrevokedKsamplesRsecondsLsegmentRserviceQ",
        "silenceLspecifyTsupportRtimeoutTtroubleFunknownWversionQwebsiteHweightsTwindowsKwithoutQ",
    ),
    concat!(
        "accountsKargumentUbindingsUboundaryScallableQcallbackUcategoryLcomputerPconstantXcontinueLcurrencyHcustomerI",
        "decodingPdetectedRdisabledIdivisionPelementsQencodingRexceededSexpectedQfilenameRfunctionTgeometryPintervalQ",
        "languageJlockfilePmanifestFmatchingImessagesCmetadataSmismatchUmultipleQmutuallyUnegativeVoccurredIoperatorU",
        "packagesRplatformPpositionPpositiveVproductsKpropertyKprotocolQquantityIreadonlyPrelationVrelativeLrequiresW",
        "resourceKresponseTsecurityKselectedJselectorQsequenceSsettingsKshipmentCshippingIstrictlyRsubclassQtransferK",
        "unclosedSuploadedIupstreamJvariablePverifiedJworkflowI",
    ),
    concat!(
        "algorithmQambiguousQargumentsSassertionVattemptedXattributePavailableLcancelledJconditionPconstructRcontainerR",
        "determineQdimensionPdirectoryRduplicateQembeddingCestimatorPexceptionTfollowingLgeneratedCimplementUinclusiveF",
        "incorrectRinstalledSinventoryTmalformedWmigrationSnecessaryRoperationQpartitionUprocedureJreasoningKrepresentC",
        "requestedIserializeSsomethingKspecifiedQstatementPsupportedStransportPtruncatedRundefinedPunhandledWunmatchedQ",
        "variablesP",
    ),
    concat!(
        "additionalCannotationPassignmentPassociatedPattemptingQcharactersGconnectionScredentialQdefinitionTdependencyQ",
        "dictionaryLdimensionsWencryptionPexecutableQexpressionPincompleteRmiddlewareQmismatchedTparametersPpermissionJ",
        "registeredRrepositoryGterminatedSunexpectedYvalidationH",
    ),
    concat!(
        "applicationGcompressionRconflictingPconnectionsQdimensionalVencounteredQenvironmentQimplementedWinitializedP",
        "maintenanceKperformanceLpermissionsItransactionRtranslationKunsupportedY",
    ),
    concat!("applicationsKauthenticateCeconnrefusedYincompatibleWinconsistentQorganizationLsubscriptionKunrecognizedQ", "unterminatedT",),
    "unimplementedVuninitializedR",
    "authenticationLimplementationQ",
    "",
    "",
];

/// What train.py counts for some texts.
#[cfg(test)]
pub(super) const COUNTED: &[(&str, i32)] = &[
    ("Status code 42 returned from the Azure endpoint. Response body: 7", -12),
    ("'set container-name' called on an object that is not a valid instance of CSSStyleProperties.", 14),
    ("Matrix and vector must have the same number of rows", 12),
    ("Unrecognized value after key=value parameters given to password lookup", -4),
    ("Cannot generate schema for invalid_schema. This is a bug! Please report it.", -3),
    ("Could not interpret optimizer identifier: xyz", -7),
    ("snap: no available snapshot", -6),
    ("Parameter win must have finite entries!", -11),
    ("expected document of array type", 6),
    ("checkConstraints: duplicate module id 7", 9),
    ("characters in key but not symbols: xyz", -5),
    ("failed to delete objects, 7", -4),
    ("Invalid value for `to`, must not be `None`", 15),
    ("Unrecognized load balancing config name 7", 3),
    ("Error while evaluating xyz: 42", -7),
    ("Value falls after last bin", -9),
    ("No such constraint: '42'", -7),
    ("Invalid input type. Expected `float32` or `float64`. Received: input type=42", -2),
    ("Tool call ID is required to handle tool output errors. Please provide a tool call ID.", -4),
    ("unsupported dtype for netCDF4 variable: 42", 28),
    ("encountered unknown type 42", 3),
    ("THREE.LDrawLoader: Invalid color while parsing material", 14),
    ("`yaml_dir` argument must be a path to directory", 18),
    ("mcnemar requires a two-dimensional contingency table, but the input has shape 42.", 18),
    ("Cannot prerender a route with both +page and +server files (7)", -8),
    ("fromutc() argument must be a datetime instance or None", 10),
    ("An object was expected, but got \"xyz\".", 2),
    ("42 '7' can't be coerced to decimal", -3),
    ("compress and named_pipe arguments are not supported", 16),
    ("Cannot set user params on a transaction - it can only inherit params from main knex instance", 31),
    ("mTLS connection is not configured.", 6),
    ("Ambiguous migration name 7 for app xyz. Matches: 42", -1),
    ("CRS is not set. Cannot re-project to WGS84 (EPSG:4326).", 0),
    ("Unsupported event specified, with event name \"7\"", 6),
    ("React form unexpectedly submitted.", -24),
    ("Card was declined by your bank", -22),
];
